# shellcheck shell=bash
# Completion of @program@ for bash, written from its options; changes here get lost.

# What command $1 has: its options, those of them whose next word is their value,
# and whether the words behind its first argument are another program's. And what
# is offered for $2, an option's value or the number of an argument.
_@program@_table() {
  local place=$2
  case $1 in
@tables@
  esac
}

_@program@() {
  local IFS=$' \t\n' options='' valued='' foreign='' offer='' words='' separated=''
  COMPREPLY=()

  # Readline takes words apart at "=" and ":". Where there is no blank between
  # two parts, they are one word.
  local line=$COMP_LINE typed=() i last current cursor
  for i in "${!COMP_WORDS[@]}"; do
    last=$((${#typed[@]} - 1))
    if ((i == 0)) || [[ $line == [[:blank:]]* ]]; then
      line=${line#"${line%%[![:blank:]]*}"}
      typed+=("${COMP_WORDS[i]}")
      last=$((last + 1))
    else
      typed[last]+=${COMP_WORDS[i]}
    fi
    line=${line#"${COMP_WORDS[i]}"}
    if ((i == COMP_CWORD)); then
      current=${typed[last]}
      cursor=$last
    fi
  done

  local command='' start=1
  if ((cursor > 1)) && [[ ' @commands@ ' == *" ${typed[1]} "* ]]; then
    command=${typed[1]}
    start=2
  fi
  _@program@_table "$command" ''

  # From the command to the cursor: whether the word there is an option's value,
  # and how many arguments are before it.
  local option='' ended='' arguments=0 word
  for ((i = start; i < cursor; i++)); do
    word=${typed[i]}
    if [[ -n $option ]]; then
      option=''
    elif [[ -z $ended && $word == -- ]]; then
      ended=yes
    elif [[ -z $ended && $word == --* ]]; then
      [[ $valued == *" $word "* ]] && option=$word
    elif [[ -z $ended && $word == -?* ]]; then
      # Short options in one word, of which the last one may have its value next.
      while word=${word:1} && [[ -n $word ]]; do
        if [[ $valued == *" -${word:0:1} "* ]]; then
          [[ ${#word} -eq 1 ]] && option=-$word
          break
        fi
      done
    else
      arguments=$((arguments + 1))
      if [[ -n $foreign ]]; then
        compopt -o bashdefault -o default
        return
      fi
    fi
  done

  if [[ -n $option ]]; then
    _@program@_table "$command" "$option"
  elif [[ -z $ended && $current == --*=* ]]; then
    _@program@_table "$command" "${current%%=*}"
    current=${current#*=}
  elif [[ -z $ended && $current == -* ]]; then
    offer=words words=$options
  else
    _@program@_table "$command" $((arguments + 1))
    if ((cursor == 1)); then
      words+=' @commands@'
    fi
  fi

  case $offer in
    # Readline's own, which knows about blanks in names and about "~".
    files) compopt -o default ;;
    directories) compopt -o dirnames ;;
    # Their names need no quotes.
    containers) words=$("$1" ps -a --format '{{.Names}}' 2>/dev/null) ;;
    living) words=$("$1" ps --format '{{.Names}}' 2>/dev/null) ;;
  esac
  local before=''
  if [[ -n $separated && $current == *,* ]]; then
    before=${current%,*},
    local left=''
    for word in $words; do
      [[ ,$before == *",$word,"* ]] || left+=" $word"
    done
    words=$left
  fi
  mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "${current#"$before"}")
}

complete -F _@program@ @program@

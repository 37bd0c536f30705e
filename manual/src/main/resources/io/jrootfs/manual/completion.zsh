#compdef @program@
# Completion of @program@ for zsh, written from its options; changes here get lost.

_@program@_commands() {
  local -a commands
  commands=(
@names@
  )
  _describe -t commands command commands
}

# Names of containers, which need no quotes; of those that have ended, too, with -a.
_@program@_containers() {
  compadd -- $($typed ps "$@" --format '{{.Names}}' 2>/dev/null)
}

_@program@() {
  # The program as it is called, before anything is shifted.
  local typed=${(Q)words[1]}
  if (( CURRENT > 2 )); then
    case ${words[2]} in
@commands@
    esac
  fi
@whole@
}

_@program@ "$@"

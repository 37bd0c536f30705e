#compdef @program@
# Completion of @program@ for zsh, written from its options; changes here get lost.

_@program@_commands() {
  local -a commands
  commands=(
@names@
  )
  _describe -t commands command commands
}

_@program@() {
  if (( CURRENT > 2 )); then
    case ${words[2]} in
@commands@
    esac
  fi
@whole@
}

_@program@ "$@"

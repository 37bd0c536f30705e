# Completion of @program@ for fish, written from its options; changes here get lost.

# Whether what comes next is a word of command $argv[1], or of @program@ without one if that is empty;
# with more, whether it may also be that command's argument $argv[2], or one from there to $argv[3].
function __@program@_in
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l command ''
    if set -q typed[1]; and contains -- $typed[1] @commands@
        set command $typed[1]
        set -e typed[1]
    end
    test "$command" = "$argv[1]"; or return 1
    # Options whose next word is their value, and whether the words behind the first argument
    # are another program's.
    set -l valued
    set -l foreign no
    switch "$command"
@tables@
    end
    set -l skip no
    set -l ended no
    set -l place 1
    for word in $typed
        if test $skip = yes
            set skip no
        else if test $ended = no; and test "$word" = --
            set ended yes
        else if test $ended = no; and string match -q -- '--*' $word
            contains -- $word $valued; and set skip yes
        else if test $ended = no; and string match -q -- '-?*' $word
            # Short options in one word, of which the last one may have its value next.
            set -l letters (string split '' -- $word)
            while set -e letters[1]; and set -q letters[1]
                if contains -- -$letters[1] $valued
                    test (count $letters) -eq 1; and set skip yes
                    break
                end
            end
        else
            set place (math $place + 1)
            test $foreign = yes; and return 1
        end
    end
    set -q argv[2]; or return 0
    if test $ended = no; and string match -q -- '-*' (commandline -ct)
        return 1
    end
    test $place -ge $argv[2] -a $place -le $argv[-1]
end

# Whether it is the first word.
function __@program@_first
    test (count (commandline -opc)) -eq 1
end

# Names of containers; of those that have ended, too, with -a.
function __@program@_containers
    set -l typed (commandline -opc)
    $typed[1] ps $argv --format '{{.Names}}' 2>/dev/null
end

# Of some words, separated by commas, those that are not there yet.
function __@program@_listed
    set -l there (string split , -- (commandline -ct | string replace -r '^--[^=]*=' ''))
    set -e there[-1]
    for word in $argv
        contains -- $word $there; or string join , -- $there $word
    end
end

@completions@

# Completion of @program@ for fish, written from its options; changes here get lost.

# Whether what comes next is a word of command $argv[1], or of @program@ without one if that is empty.
function __@program@_in
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l command ''
    if set -q typed[1]; and contains -- $typed[1] @commands@
        set command $typed[1]
        set -e typed[1]
    end
    test "$command" = "$argv[1]"; or return 1
    # Behind the first argument of some, the words are another program's.
    set -l valued
    switch "$command"
@foreign@
        case '*'
            return 0
    end
    set -l skip no
    for word in $typed
        if test $skip = yes
            set skip no
        else if string match -q -- '-*' $word
            if contains -- $word $valued
                set skip yes
            end
        else
            return 1
        end
    end
    return 0
end

# Whether it is the first word.
function __@program@_first
    test (count (commandline -opc)) -eq 1
end

@completions@

# bash completion for tailrace
_tailrace()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
    local common="--log-level --log-format --help"

    case $prev in
    --log-level) mapfile -t COMPREPLY < <(compgen -W "error warn info debug" -- "$cur"); return ;;
    --log-format) mapfile -t COMPREPLY < <(compgen -W "logfmt json" -- "$cur"); return ;;
    --config|--cacert) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    --url|--from-topic|--from-connector|--table|--connector|--topic|--wait) return ;;
    esac
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen \
            -W "run bootstrap check verify status offsets --help --version" -- "$cur")
        return
    fi
    if [[ $command == offsets ]] && ((COMP_CWORD == 2)); then
        mapfile -t COMPREPLY < <(compgen -W "show export import set --help" -- "$cur")
        return
    fi
    if [[ $cur == -* ]]; then
        case $command in
        bootstrap) common+=" --until-streaming" ;;
        verify) common+=" --table --connector --topic --wait --json" ;;
        status) common+=" --json --url --cacert" ;;
        offsets) common+=" --json --dry-run --url --cacert --config --from-topic --from-connector" ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$common" -- "$cur")
    elif [[ $command != status ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}
complete -o filenames -F _tailrace tailrace

import { SecretTarget } from '../../shared/ipc/secret-calls.ts'
import { folderFlags, folderOf, split, usage, type InFolder } from './subcommand.ts'

/** `parley keys`: what to do with which key. The value of `set` is never an argument: other users could read it there. */
export type KeysOptions =
  | (InFolder & { action: 'list' })
  | (InFolder & { action: 'set' | 'remove'; target: SecretTarget })
  | (InFolder & { action: 'check'; service: 'deepgram' | 'napster' })

/** Reads what follows `parley keys`; undefined: help is asked for. Throws `CliError` (usage) with a sentence that quotes no value. */
export function readKeysArguments(args: readonly string[]): KeysOptions | undefined {
  const { values, positionals } = split(args, folderFlags, 'keys knows only the options --data-dir DIR and --help')
  if (values.help === true) return undefined
  const folder = folderOf(values['data-dir'])
  const [action, name, ...more] = positionals
  if (more.length > 0) {
    throw usage(
      'a key is never given on the command line, where other users can read it: it is read from stdin or asked for'
    )
  }
  switch (action) {
    case 'list':
      if (name !== undefined) throw usage('keys list takes nothing more')
      return { action, ...folder }
    case 'set':
    case 'remove':
      return { action, target: readTarget(name), ...folder }
    case 'check': {
      const target = readTarget(name)
      if (target.kind === 'named') throw usage('only the keys of services can be checked: deepgram, napster')
      return { action, service: target.service, ...folder }
    }
    default:
      throw usage('keys needs one of: list, set, remove, check')
  }
}

function readTarget(name: string | undefined): SecretTarget {
  if (name === 'deepgram' || name === 'napster') return { kind: 'service-key', service: name }
  const named = SecretTarget.safeParse({ kind: 'named', name: /^secret:(.*)$/s.exec(name ?? '')?.[1] })
  if (named.success) return named.data
  throw usage('which key: deepgram, napster, or secret:NAME with letters, digits and underscores')
}

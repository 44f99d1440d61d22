import { folderFlags, folderOf, split, usage, type InFolder } from './subcommand.ts'

/** `parley profiles`: `which` is the name or the id of one. `allow`: what the file would enable is allowed at once. */
export type ProfilesOptions =
  | (InFolder & { action: 'list' })
  | (InFolder & { action: 'export'; which: string })
  | (InFolder & { action: 'import'; file: string; allow: boolean })

const flags = { ...folderFlags, allow: { type: 'boolean' } } as const

/** Reads what follows `parley profiles`; undefined: help is asked for. Throws `CliError` (usage) with a sentence. */
export function readProfilesArguments(args: readonly string[]): ProfilesOptions | undefined {
  const { values, positionals } = split(
    args,
    flags,
    'profiles knows only the options --allow, --data-dir DIR and --help'
  )
  if (values.help === true) return undefined
  const folder = folderOf(values['data-dir'])
  const [action, name, ...more] = positionals
  if (more.length > 0) throw usage('profiles takes one name or file: put one with spaces in quotes')
  if (values.allow === true && action !== 'import') throw usage('--allow belongs to profiles import')
  switch (action) {
    case 'list':
      if (name !== undefined) throw usage('profiles list takes nothing more')
      return { action, ...folder }
    case 'export':
      return { action, which: required(name, 'which profile: its name, or its id from profiles list'), ...folder }
    case 'import':
      return { action, file: required(name, 'which file'), allow: values.allow === true, ...folder }
    default:
      throw usage('profiles needs one of: list, export, import')
  }
}

function required(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw usage(`a name is missing: ${what}`)
  return value
}

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { profileHandlers, type ProfileHandlers } from '../../core/profiles/profile-handlers.ts'
import { Profiles } from '../../core/profiles/profile-list.ts'
import type { FileStore } from '../../core/ports.ts'
import { CallError } from '../../shared/ipc/contract.ts'
import { PROFILE_TEXT_LIMIT } from '../../shared/limits.ts'
import type { ProfileId } from '../../shared/profile.ts'
import { defaultDataDir, openDataDir } from '../node/data-dir.ts'
import { fileProblem } from '../node/file-problem.ts'
import { DataFolderError, openData } from '../node/open-data.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { keptSettings } from './kept-settings.ts'
import { keptSecrets } from './keys.ts'
import type { ProfilesOptions } from './profiles-arguments.ts'

/** `parley profiles`. Answers the exit code; throws {@link CliError}. */
export async function profiles(options: ProfilesOptions, host: CliHost): Promise<number> {
  const dataDir = path.resolve(options.dataDir ?? defaultDataDir(process.platform, host.env, homedir()))
  try {
    if (options.action === 'import') return await importFile(options, host, dataDir)
    const handlers = handlersOf(keptSettings(dataDir), host, dataDir)
    return options.action === 'list' ? await list(handlers, host) : await exportOne(options.which, handlers, host)
  } catch (cause) {
    const isTold = cause instanceof CallError || cause instanceof DataFolderError
    throw isTold ? new CliError(EXIT.usage, cause.message, { cause }) : cause
  }
}

async function list(handlers: ProfileHandlers, host: CliHost): Promise<number> {
  const { profiles: rows, chosenId } = await handlers['profiles:list'](undefined)
  for (const { id, name, service, held } of rows) {
    const marks = [...(id === chosenId ? ['chosen'] : []), ...(held === true ? ['held'] : [])]
    host.print(`${id}  ${name}  ${[service, ...marks].join(', ')}`)
  }
  return EXIT.done
}

async function exportOne(which: string, handlers: ProfileHandlers, host: CliHost): Promise<number> {
  const { profiles: rows } = await handlers['profiles:list'](undefined)
  const found = rows.filter(({ id, name }) => id === which || name === which)
  const [one] = found
  if (one === undefined) {
    throw new CliError(EXIT.usage, `There is no profile "${which}". "parley profiles list" has them all.`)
  }
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ')
    throw new CliError(EXIT.usage, `There are ${found.length} profiles "${which}". Name one by its id: ${ids}.`)
  }
  const { text, removed } = await handlers['profiles:export']({ id: one.id })
  host.print(text.trimEnd())
  for (const where of removed) host.tell(`${where} looked like a secret and is a placeholder in the file.`)
  return EXIT.done
}

async function importFile(
  { file, allow }: Extract<ProfilesOptions, { action: 'import' }>,
  host: CliHost,
  dataDir: string
): Promise<number> {
  const text = readText(file)
  const data = openFolder(dataDir, host)
  try {
    const handlers = handlersOf(data.store, host, dataDir)
    const { id, warnings } = await handlers['profiles:import']({ text })
    for (const warning of warnings) host.tell(warning)
    await tellHeld(id, allow, handlers, host)
    // Where the disk refuses the write, nothing else will try it again.
    const refused = data.problems.list().find(({ code }) => code === 'write-failed' || code === 'newer')
    if (refused !== undefined) throw new CliError(EXIT.usage, `The profile was not kept. ${refused.message}`)
    host.print(id)
    return EXIT.done
  } finally {
    data.close()
  }
}

async function tellHeld(id: ProfileId, allow: boolean, handlers: ProfileHandlers, host: CliHost): Promise<void> {
  const { enables } = await handlers['profiles:enables']({ id })
  if (enables.length === 0) return
  for (const { kind, where, value } of enables) host.tell(`${kind}  ${where}  ${value}`)
  if (allow) await handlers['profiles:allow']({ id })
  const what = allow ? 'It is allowed to do this.' : 'It is held until you allow this: in the app, or with --allow.'
  host.tell(what)
}

function handlersOf(store: FileStore, host: CliHost, dataDir: string): ProfileHandlers {
  return profileHandlers({
    profiles: new Profiles({ store, random: Math.random, log: host.log }),
    secrets: keptSecrets(host, dataDir).store,
    onChanged: () => undefined
  })
}

function openFolder(dataDir: string, { log, clock }: CliHost): ReturnType<typeof openData> {
  try {
    return openData({ dataDir: openDataDir(dataDir), log, clock })
  } catch (cause) {
    if (cause instanceof DataFolderError) throw cause
    throw new CliError(EXIT.usage, fileProblem('write', dataDir, cause), { cause })
  }
}

function readText(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.length <= PROFILE_TEXT_LIMIT) return text
  } catch (cause) {
    throw new CliError(EXIT.usage, fileProblem('read', file, cause), { cause })
  }
  throw new CliError(
    EXIT.usage,
    `The file ${file} is too large for a profile: ${PROFILE_TEXT_LIMIT} characters at most.`
  )
}

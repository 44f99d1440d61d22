import { homedir } from 'node:os'
import path from 'node:path'
import { Profiles } from '../../core/profiles/profile-list.ts'
import { targetName, type ProfileText } from '../../core/secrets/secret-use.ts'
import { CallError } from '../../shared/ipc/contract.ts'
import type { SecretList, SecretRow, SecretTarget } from '../../shared/ipc/secret-calls.ts'
import { defaultDataDir, openDataDir } from '../node/data-dir.ts'
import { lockDataDir, takenMessage } from '../node/data-lock.ts'
import { storeProblems } from '../node/data-problems.ts'
import { fileProblem } from '../node/file-problem.ts'
import { nodeHttp } from '../node/http.ts'
import { FILE_PROTECTION } from '../node/secrets/protection.ts'
import { openSecrets, type Secrets } from '../node/secrets/secrets.ts'
import { CliError, EXIT } from './exit-codes.ts'
import type { CliHost } from './host.ts'
import { keptSettings } from './kept-settings.ts'
import type { KeysOptions } from './keys-arguments.ts'
import { readHidden } from './keys-input.ts'

/** The kept secrets as this program may use them: from the environment, and from the file where it is not encrypted. Nothing is written. */
export function keptSecrets(host: Pick<CliHost, 'env' | 'log' | 'scrub'>, dataDir: string | undefined): Secrets {
  return open(host, folderOf(host, dataDir), true)
}

/** `parley keys`. Answers the exit code; throws {@link CliError}. */
export async function keys(options: KeysOptions, host: CliHost): Promise<number> {
  const dataDir = folderOf(host, options.dataDir)
  try {
    if (options.action === 'list') return await list(host, dataDir)
    if (options.action === 'check') return await check(options.service, host, dataDir)
    return await change(options, host, dataDir)
  } catch (cause) {
    if (cause instanceof CallError) throw new CliError(EXIT.usage, cause.message, { cause })
    throw cause
  }
}

async function list(host: CliHost, dataDir: string): Promise<number> {
  const secrets = open(host, dataDir, true)
  secrets.usedBy(() => Promise.resolve(profilesIn(dataDir, host)))
  const { rows, missing }: SecretList = await secrets.handlers['secrets:list'](undefined)
  for (const row of rows) host.print(`${targetName(row.target)}  ${whereText(row)}${usedText(row.usedBy)}`)
  for (const { target, usedBy } of missing) host.print(`${targetName(target)}  missing${usedText(usedBy)}`)
  if (rows.length + missing.length === 0) host.print('No key is kept, and no agent needs one.')
  return EXIT.done
}

async function check(service: 'deepgram' | 'napster', host: CliHost, dataDir: string): Promise<number> {
  const { outcome, message } = await open(host, dataDir, true).handlers['secrets:check']({ service })
  host.print(message)
  return outcome === 'works' ? EXIT.done : EXIT.connection
}

/** Only who owns the data folder may write in it. */
async function change(
  options: Extract<KeysOptions, { action: 'set' | 'remove' }>,
  host: CliHost,
  dataDir: string
): Promise<number> {
  const lock = lockDataDir(made(dataDir))
  if (lock.kind === 'taken') throw new CliError(EXIT.usage, takenMessage(dataDir))
  try {
    const { handlers } = open(host, dataDir, false)
    const { target } = options
    if (options.action === 'remove') {
      await handlers['secrets:remove']({ target })
      host.print(`${fullName(target)} is not kept any more.`)
      return EXIT.done
    }
    const streams = host.streams?.()
    if (streams === undefined) throw new CliError(EXIT.usage, 'There is no stdin to read a key from.')
    const value = await readHidden(streams.input, () => {
      host.tell(
        `Paste ${target.kind === 'named' ? 'the value of' : 'the key for'} ${targetName(target)} and press Enter. It is not shown.`
      )
    })
    await handlers['secrets:set']({ target, value, place: 'file' })
    host.print(
      `${fullName(target)} is kept in ${path.join(dataDir, 'secrets.json')}, which only your user account can open. It is not encrypted.`
    )
    return EXIT.done
  } finally {
    if (lock.kind === 'held') lock.release()
  }
}

function open(host: Pick<CliHost, 'env' | 'log' | 'scrub'>, dataDir: string, readOnly: boolean): Secrets {
  const { env, log, scrub } = host
  const secrets = openSecrets({
    dataDir,
    env,
    log,
    http: nodeHttp(),
    problems: storeProblems(),
    protection: FILE_PROTECTION,
    keyEntry: 'command-line',
    readOnly
  })
  scrub.add((text) => secrets.redact(text))
  return secrets
}

function folderOf({ env }: Pick<CliHost, 'env'>, dataDir: string | undefined): string {
  return path.resolve(dataDir ?? defaultDataDir(process.platform, env, homedir()))
}

function made(dataDir: string): string {
  try {
    return openDataDir(dataDir)
  } catch (cause) {
    throw new CliError(EXIT.usage, fileProblem('write', dataDir, cause), { cause })
  }
}

function profilesIn(dataDir: string, host: CliHost): ProfileText[] {
  const profiles = new Profiles({ store: keptSettings(dataDir), random: Math.random, log: host.log })
  return profiles.list().profiles.map(({ id, name, service }) => ({ name, service, text: profiles.read(id) }))
}

function fullName(target: SecretTarget): string {
  return target.kind === 'named' ? targetName(target) : `The key for ${targetName(target)}`
}

function whereText({ place, problem }: SecretRow): string {
  if (problem !== undefined) return problem
  return place === 'environment' ? 'from the environment' : 'kept in the file'
}

function usedText(usedBy: readonly string[]): string {
  return usedBy.length === 0 ? '' : `  used by ${usedBy.join(', ')}`
}

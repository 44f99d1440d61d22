import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { FUSES } from '../../build/fuses.mjs'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const require = createRequire(import.meta.url)

/** What @electron/fuses looks for in Electron's program; the wire follows: version, length, one digit per fuse. */
export const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** Of a fresh Electron 45: cookies unencrypted, no integrity, run as Node and the rest allowed. */
export const FRESH_FUSE_WIRE = '101100011'

/** A folder that electron-builder takes for an unpacked Electron; its program starts the packed app on the stand-in. */
async function makeStandinDist(folder: string, wire: string): Promise<void> {
  await mkdir(join(folder, 'resources'), { recursive: true })
  const script = `#!/bin/sh
self=$(readlink -f "$0")
ESTAND_PACKAGED=$self exec "${process.execPath}" --disable-warning=ExperimentalWarning \\
  --unhandled-rejections=warn-with-error-code "${join(root, 'tests/standin/launch.ts')}" "$@"
${FUSE_SENTINEL}\x01${String.fromCharCode(wire.length)}${wire}
`
  await writeFile(join(folder, 'electron'), script, 'latin1')
  await chmod(join(folder, 'electron'), 0o755)
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'version']) await writeFile(join(folder, file), file)
}

export interface Packed {
  /** Holds the program, `resources/` and what Electron brings. */
  folder: string
  program: string
  archive: string
  remove(): Promise<void>
}

export interface PackOptions {
  /** Digits of the stand-in's fuse wire before packing. */
  wire?: string
}

/** Runs `electron-builder --dir` on the build in out/ for this system; throws with its output when it fails. */
export async function pack(options: PackOptions = {}): Promise<Packed> {
  const work = await mkdtemp(join(tmpdir(), 'parley-pack-'))
  const dist = join(work, 'electron')
  await makeStandinDist(dist, options.wire ?? FRESH_FUSE_WIRE)
  const builder = join(dirname(require.resolve('electron-builder/package.json')), 'cli.js')
  const output = `--config.directories.output=${join(work, 'packed')}`
  const args = [
    builder,
    '--linux',
    '--dir',
    `--${process.arch}`,
    '--publish',
    'never',
    `--config.electronDist=${dist}`,
    output
  ]
  const remove = () => rm(work, { recursive: true, force: true, maxRetries: 5 })
  try {
    await run(process.execPath, args, { cwd: root, env: { ...process.env, CI: 'true' }, timeout: 110_000 })
  } catch (cause) {
    await remove()
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
    throw new Error(`electron-builder failed:\n${stdout}${stderr}`, { cause })
  }
  const folder = join(work, 'packed', process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`)
  return { folder, program: join(folder, 'parley'), archive: join(folder, 'resources/app.asar'), remove }
}

/** How many fuses there must be. */
export const FUSE_COUNT = Object.keys(FUSES).length

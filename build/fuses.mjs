// The one table of Electron's fuses: what each must be in every artefact, and how to read them back.
import { FuseVersion, getCurrentFuseWire } from '@electron/fuses'

/** In the order of the fuse wire. The names are @electron/fuses' own; the last one is newer than that package. */
export const FUSES = /** @type {const} */ ({
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true
})

const NAMES = Object.keys(FUSES)
const nameOf = (index) => NAMES[index] ?? `fuse ${index + 1}`
const STATES = { 0x30: false, 0x31: true }

/**
 * The fuses of an Electron program (`.exe`, `.app` or a Linux executable) by name; `undefined` for one Electron has removed.
 * Fuses that the table does not know are called `fuse 10` and so on.
 * @param {string} file
 * @returns {Promise<Record<string, boolean | undefined>>}
 */
export async function readFuses(file) {
  const { version, ...wire } = await getCurrentFuseWire(file)
  if (version !== FuseVersion.V1) throw new Error(`${file}: the fuse wire has another version than 1`)
  return Object.fromEntries(Object.entries(wire).map(([index, state]) => [nameOf(Number(index)), STATES[state]]))
}

/**
 * What differs from the table, one sentence each; an empty list is an artefact as it must be.
 * @param {Record<string, boolean | undefined>} fuses
 */
export function fuseFindings(fuses) {
  const findings = NAMES.filter((name) => fuses[name] !== FUSES[name]).map((name) => {
    const found = fuses[name] === undefined ? 'missing or removed' : fuses[name] ? 'on' : 'off'
    return `the fuse ${name} is ${found} and must be ${FUSES[name] ? 'on' : 'off'}`
  })
  const unknown = Object.keys(fuses).filter((name) => !NAMES.includes(name))
  return [
    ...findings,
    ...unknown.map((name) => `${name} is not in the table of build/fuses.mjs: decide what it must be`)
  ]
}

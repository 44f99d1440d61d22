// electron-builder's hook before it sets fuses 1 to 8 (electronFuses in electron-builder.yml).
import path from 'node:path'
import { fuseFindings, FUSES, readFuses } from './fuses.mjs'

const SET_BY_BUILDER = Object.keys(FUSES).slice(0, 8)

const programOf = ({ appOutDir, electronPlatformName, packager }) => {
  const { executableName } = packager
  const { productFilename } = packager.appInfo
  const names = { darwin: `${productFilename}.app`, win32: `${productFilename}.exe` }
  return path.join(appOutDir, names[electronPlatformName] ?? executableName)
}

/** Ends the build where Electron has a fuse nobody has decided on, or one the builder cannot set is not as it must be. */
export async function afterPack(context) {
  const fuses = await readFuses(programOf(context))
  const decided = { ...fuses, ...Object.fromEntries(SET_BY_BUILDER.map((name) => [name, FUSES[name]])) }
  const findings = fuseFindings(decided)
  if (findings.length > 0) throw new Error(`Fuses: ${findings.join('; ')}`)
}

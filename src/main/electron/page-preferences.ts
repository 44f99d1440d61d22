/** What of a page's preferences would let it out of its confinement, by the value that does. */
const UNSAFE: Readonly<Record<string, (value: unknown) => boolean>> = {
  sandbox: (value) => value === false,
  contextIsolation: (value) => value === false,
  webSecurity: (value) => value === false,
  nodeIntegration: (value) => value === true,
  nodeIntegrationInWorker: (value) => value === true,
  nodeIntegrationInSubFrames: (value) => value === true,
  webviewTag: (value) => value === true,
  allowRunningInsecureContent: (value) => value === true,
  experimentalFeatures: (value) => value === true,
  enableBlinkFeatures: (value) => typeof value === 'string' && value !== ''
}

/**
 * Names of the preferences with which a page could reach what it must not. What is not there has Electron's default, and
 * its defaults are safe.
 */
export function unsafePreferences(preferences: unknown): string[] {
  if (typeof preferences !== 'object' || preferences === null) return []
  const given = preferences as Record<string, unknown>
  return Object.keys(UNSAFE).filter((name) => UNSAFE[name]?.(given[name]) === true)
}

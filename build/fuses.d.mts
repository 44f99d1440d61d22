export declare const FUSES: {
  readonly RunAsNode: false
  readonly EnableCookieEncryption: true
  readonly EnableNodeOptionsEnvironmentVariable: false
  readonly EnableNodeCliInspectArguments: false
  readonly EnableEmbeddedAsarIntegrityValidation: true
  readonly OnlyLoadAppFromAsar: true
  readonly LoadBrowserProcessSpecificV8Snapshot: false
  readonly GrantFileProtocolExtraPrivileges: false
  readonly WasmTrapHandlers: true
}
export declare function readFuses(file: string): Promise<Record<string, boolean | undefined>>
export declare function fuseFindings(fuses: Readonly<Record<string, boolean | undefined>>): string[]

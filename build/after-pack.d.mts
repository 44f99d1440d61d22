interface PackContext {
  appOutDir: string
  electronPlatformName: string
  packager: { executableName: string; appInfo: { productFilename: string } }
}
export declare function afterPack(context: PackContext): Promise<void>

interface Carried {
  name: string
  version: string
  licence: unknown
  by: string
  text: string
  within: string | undefined
}
export declare function importedByPage(): string[]
export declare function thirdParty(): Carried[]
export declare function isAllowed(expression: unknown): boolean
export declare function noticesText(): string

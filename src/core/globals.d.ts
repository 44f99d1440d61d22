// The one global of every runtime that core uses beyond ECMAScript; the full type needs DOM or Node types, which core may not see.
declare class URL {
  static canParse(url: string): boolean
  constructor(url: string)
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly pathname: string
  readonly search: string
  readonly username: string
  readonly password: string
}

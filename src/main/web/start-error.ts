/** Why the host cannot start: a sentence for a person and the exit code (2: what was asked for is wrong, 1: anything else). */
export class StartError extends Error {
  readonly exitCode: 1 | 2
  constructor(exitCode: 1 | 2, message: string) {
    super(message)
    this.name = 'StartError'
    this.exitCode = exitCode
  }
}

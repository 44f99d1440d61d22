/**
 * Solves R x = b, where R is the symmetric, positive definite Toeplitz matrix with the first column `r`, by Levinson's recursion.
 * Everything is of one size, made once. Returns false, with `x` unchanged, where R is not positive definite.
 */
export class ToeplitzSolver {
  readonly size: number
  private readonly predictor: Float64Array
  private readonly before: Float64Array
  private readonly solution: Float64Array

  constructor(size: number) {
    this.size = size
    this.predictor = new Float64Array(size)
    this.before = new Float64Array(size)
    this.solution = new Float64Array(size)
  }

  solve(r: Float64Array, b: Float64Array, x: Float64Array): boolean {
    const { predictor, solution, size } = this
    let error = r[0] as number
    if (!(error > 0)) return false
    predictor.fill(0)
    solution.fill(0)
    predictor[0] = 1
    solution[0] = (b[0] as number) / error
    for (let order = 1; order < size; order += 1) {
      error = this.extend(r, order, error)
      if (!(error > 0)) return false
      let missing = b[order] as number
      for (let i = 0; i < order; i += 1) missing -= (solution[i] as number) * (r[order - i] as number)
      const step = missing / error
      for (let i = 0; i <= order; i += 1)
        solution[i] = (solution[i] as number) + step * (predictor[order - i] as number)
    }
    x.set(solution)
    return true
  }

  /** One more coefficient of the linear predictor; returns its error. */
  private extend(r: Float64Array, order: number, error: number): number {
    const { predictor, before } = this
    let sum = 0
    for (let i = 0; i < order; i += 1) sum += (predictor[i] as number) * (r[order - i] as number)
    const reflection = -sum / error
    before.set(predictor)
    for (let i = 1; i <= order; i += 1)
      predictor[i] = (before[i] as number) + reflection * (before[order - i] as number)
    return error * (1 - reflection * reflection)
  }
}

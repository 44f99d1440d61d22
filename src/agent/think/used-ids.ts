/** Ids of calls that are remembered, so that memory stays bounded; a client's answer comes long before that many calls. */
export const MAX_REMEMBERED_IDS = 4096

/** Makes the ids of calls unique in a session: some servers give none, others the same ones in every answer. */
export class UsedIds {
  private readonly used = new Set<string>()
  private readonly mint: () => string

  constructor(mint: () => string) {
    this.mint = mint
  }

  /** The model's own id if it is new, else another. */
  take(id: string | undefined): string {
    const own = id === undefined || this.used.has(id) ? this.mint() : id
    this.used.add(own)
    if (this.used.size > MAX_REMEMBERED_IDS) {
      const [oldest] = this.used
      if (oldest !== undefined) this.used.delete(oldest)
    }
    return own
  }
}

/** A profile that cannot work; the message is a sentence that names the field and what to do, and holds no value of it. */
export class ProfileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProfileError'
  }
}

/** The same profile under another name; text that is no JSON object is left alone, main says what is wrong with it. */
export function renamed(profileText: string, rename: (name: string) => string): string {
  try {
    const profile: unknown = JSON.parse(profileText)
    if (typeof profile !== 'object' || profile === null || Array.isArray(profile)) return profileText
    const { name } = profile as { name?: unknown }
    return JSON.stringify({ ...profile, name: rename(typeof name === 'string' ? name : '') }, null, 2)
  } catch {
    return profileText
  }
}

import type { SecretTarget } from '../../shared/ipc/secret-calls.ts'
import type { KeyEntry } from '../ports.ts'
import { targetVariable } from './secret-use.ts'

/** As `parley keys` takes it. */
function argument(target: SecretTarget): string {
  return target.kind === 'named' ? `secret:${target.name}` : target.service
}

/** How to give Parley what is not there, as the beginning of a sentence without its end. */
export function addAdvice(target: SecretTarget, entry: KeyEntry | undefined): string {
  return entry === 'command-line'
    ? `Set ${targetVariable(target)} (or: parley keys set ${argument(target)})`
    : 'Add it under Settings, Keys'
}

/** How to correct what is there and does not serve, as {@link addAdvice}. */
export function correctAdvice(target: SecretTarget, entry: KeyEntry | undefined): string {
  return entry === 'command-line'
    ? `Correct ${targetVariable(target)} (or: parley keys set ${argument(target)})`
    : `Correct it under Settings, Keys (or ${targetVariable(target)}, where it comes from the environment)`
}

/** What to look at when a service did not take the key: a whole sentence. */
export function checkAdvice(target: SecretTarget, entry: KeyEntry | undefined): string {
  return entry === 'command-line'
    ? `Check ${targetVariable(target)} (or: parley keys check ${argument(target)}).`
    : 'Check the key under Settings, Keys.'
}

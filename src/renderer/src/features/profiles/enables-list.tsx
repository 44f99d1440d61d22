import {
  Globe,
  Headphones,
  KeyRound,
  Keyboard,
  type LucideIcon,
  MessageSquareReply,
  Mic,
  PhoneOutgoing
} from 'lucide-react'
import type { Enabled } from '../../../../shared/ipc/profile-calls.ts'
import { text } from '../../text/en.ts'

const icons: Record<Enabled['kind'], LucideIcon> = {
  'connects-to': Globe,
  'service-calls': PhoneOutgoing,
  'uses-secret': KeyRound,
  'answers-tool': MessageSquareReply,
  hotkey: Keyboard,
  'opens-microphone': Mic,
  'chooses-device': Headphones
}

/** What a profile would do beyond a conversation with its service: what, with which value, and where it stands in the file. */
export function EnablesList({ enables }: { enables: readonly Enabled[] }) {
  return (
    <ul className="flex flex-col gap-1.5">
      {enables.map(({ kind, where, value }) => {
        const Icon = icons[kind]
        return (
          <li key={`${kind} ${where} ${value}`} className="flex gap-3 rounded-lg border border-line p-3">
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            <div className="min-w-0 flex-1">
              <p className="font-medium">{text.profiles.enables[kind].label}</p>
              <p className="font-mono text-small wrap-anywhere">{value}</p>
              <p className="text-small text-ink-soft wrap-anywhere">{where}</p>
            </div>
          </li>
        )
      })}
    </ul>
  )
}

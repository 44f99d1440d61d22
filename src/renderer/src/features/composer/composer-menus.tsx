import { BellOff, ChevronDown, Clock, Ear, ListEnd, type LucideIcon, Reply, TimerOff, Zap } from 'lucide-react'
import { clsx } from 'clsx'
import type { ComponentProps } from 'react'
import type { SupportTable } from '../../../../shared/events.ts'
import { text } from '../../text/en.ts'
import { Menu, MenuChoices } from '../../ui/menu.tsx'
import {
  choiceSupport,
  type Purpose,
  purposeObstacle,
  purposes,
  type Timing,
  timings,
  type Timings
} from './composer-choice.ts'

interface PurposeMenuProps {
  purpose: Purpose
  support: SupportTable
  onChange: (purpose: Purpose) => void
  focusAfter: () => void
}

/** What the text is for. */
export function PurposeMenu({ purpose, support, onChange, focusAfter }: PurposeMenuProps) {
  const words = text.composer.purpose
  return (
    <Menu
      focusAfter={focusAfter}
      trigger={
        <Trigger aria-label={`${text.composer.purposeLabel}: ${words[purpose].name}`}>{words[purpose].name}</Trigger>
      }
    >
      <MenuChoices
        label={text.composer.purposeLabel}
        value={purpose}
        onChange={onChange}
        choices={purposes.map((value) => {
          const obstacle = purposeObstacle(support, value)
          // Where nothing is to be chosen beside it, this is the only place to say how it is done.
          const note = timings[value].length === 1 ? choiceSupport(support, value, timings[value][0]).note : ''
          const about = obstacle || note || words[value].about
          return { value, label: words[value].name, about, disabled: obstacle !== '' }
        })}
      />
    </Menu>
  )
}

const icons: Record<Timing, LucideIcon> = {
  now: Reply,
  'after-speech': Clock,
  none: BellOff,
  'none-after-speech': TimerOff,
  'if-quiet': Ear,
  queue: ListEnd,
  interrupt: Zap
}

interface TimingMenuProps {
  purpose: Purpose
  chosen: Timings
  support: SupportTable
  onChange: (chosen: Timings) => void
  focusAfter: () => void
}

/** When the agent is told and whether it answers, or when it says the words. In a narrow window its name is its icon. */
export function TimingMenu({ purpose, chosen, support, onChange, focusAfter }: TimingMenuProps) {
  const all: readonly Timing[] = timings[purpose]
  if (all.length === 1) return null
  const label = purpose === 'speech' ? text.composer.behaviorLabel : text.composer.answerLabel
  const words = text.composer.timing
  const timing: Timing = chosen[purpose]
  const Icon = icons[timing]
  return (
    <Menu
      focusAfter={focusAfter}
      trigger={
        <Trigger aria-label={`${label}: ${words[timing].short}`} title={words[timing].name} narrow>
          <Icon aria-hidden className="size-4.5 wide:hidden" />
          <span className="max-wide:hidden">{words[timing].short}</span>
        </Trigger>
      }
    >
      <MenuChoices
        label={label}
        value={timing}
        onChange={(next) => {
          onChange({ ...chosen, [purpose]: next })
        }}
        choices={all.map((value) => {
          const { obstacle, note } = choiceSupport(support, purpose, value)
          return {
            value,
            label: words[value].name,
            about: obstacle || note || words[value].about,
            disabled: obstacle !== ''
          }
        })}
      />
    </Menu>
  )
}

interface TriggerProps extends ComponentProps<'button'> {
  /** In a narrow window the box needs the room. */
  narrow?: boolean
}

function Trigger({ children, narrow = false, ...rest }: TriggerProps) {
  return (
    <button
      type="button"
      className="inline-flex h-8 shrink-0 items-center gap-1 rounded-lg px-2 text-small max-wide:px-1.5 text-ink-soft transition-colors duration-100 hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken"
      {...rest}
    >
      {children}
      <ChevronDown aria-hidden className={clsx('size-3.5', narrow && 'max-wide:hidden')} />
    </button>
  )
}

import { Component, type ReactNode } from 'react'
import { text } from '../text/en.ts'
import { Button } from './button.tsx'

/** Stands in for a screen that could not be drawn. The conversation goes on in main; a reload shows it again. */
export class CrashScreen extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false }

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true }
  }

  override render(): ReactNode {
    if (!this.state.crashed) return this.props.children
    return (
      <main role="alert" className="flex h-full flex-col items-center justify-center gap-4 p-6 text-center">
        <h1 className="text-state font-medium">{text.problem.crashed}</h1>
        <p className="text-ink-soft">{text.problem.crashedBody}</p>
        <Button
          tone="primary"
          onClick={() => {
            window.location.reload()
          }}
        >
          {text.problem.reload}
        </Button>
      </main>
    )
  }
}

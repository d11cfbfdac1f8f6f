import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Problem } from '../ui/problem.tsx'

/** For a page that could not be shown. */
export function RouteProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <div className="page">
      <Problem error={error} retry={retry} />
    </div>
  )
}

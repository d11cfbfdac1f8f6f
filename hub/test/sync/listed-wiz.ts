import type { Question, Wiz } from '../../src/wiz/client.ts'

/** An issue as far as the laws of a walk need it. */
export interface ListedIssue {
  readonly id: string
  readonly severity: string
  readonly status: string
  /** Null where Wiz never said. */
  readonly createdAt: string | null
  readonly updatedAt: string
  readonly statusChangedAt: string | null
  readonly projects: readonly { id: string }[]
}

type DateFilter = { after?: string; before?: string }

interface Variables {
  first: number
  after: string | null
  filterBy?: { createdAt?: DateFilter; statusChangedAt?: DateFilter; severity?: string[] }
}

/** A Wiz with exactly these issues, listed in an order of its own; bounds of time may or may not belong to a window. */
export function listedWiz(issues: () => readonly ListedIssue[], { inclusive = false } = {}): Wiz {
  const isWithin = (moment: string | null, filter: DateFilter | undefined): boolean => {
    if (!filter || (!filter.after && !filter.before)) return true
    if (moment === null) return false
    const at = micros(moment)
    const isAfter = !filter.after || at > micros(filter.after) || (inclusive && at === micros(filter.after))
    const isBefore = !filter.before || at < micros(filter.before) || (inclusive && at === micros(filter.before))
    return isAfter && isBefore
  }
  const list = ({ first, after, filterBy = {} }: Variables) => {
    const rows = issues().filter(
      (issue) =>
        isWithin(issue.createdAt, filterBy.createdAt) &&
        isWithin(issue.statusChangedAt, filterBy.statusChangedAt) &&
        (!filterBy.severity || filterBy.severity.includes(issue.severity)),
    )
    const from = Number(after ?? 0)
    const hasNextPage = from + first < rows.length
    const pageInfo = { hasNextPage, endCursor: hasNextPage ? String(from + first) : null }
    return { page: { nodes: rows.slice(from, from + first), pageInfo, totalCount: rows.length } }
  }
  const lookUp = (variables: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(variables).map(([name, id]) => [
        name.replace('i', 'n'),
        issues().find((issue) => issue.id === id) ?? null,
      ]),
    )
  return {
    apiUrl: new URL('http://127.0.0.1/graphql'),
    identityProvider: { tokenUrl: new URL('http://127.0.0.1/oauth/token'), audiences: [], name: 'unknown' },
    async ask<T>({ document, variables = {}, read }: Question) {
      const data = document.startsWith('query LookUp')
        ? lookUp(variables)
        : list({ first: 1, after: null, ...variables } as Variables)
      const body = Buffer.from(JSON.stringify({ data }))
      const answer = (read?.(body) ?? { data }) as { data: T }
      return { data: answer.data, errors: [], bytes: 0, startedAt: new Date(), ms: 0 }
    },
    authenticate: async () => ({ dataCentre: null, scopes: null, expiresAt: Number.POSITIVE_INFINITY }),
    dataCentre: async () => null,
    numbers: () => ({
      ratePerSecond: 0,
      allowedPerSecond: 0,
      allowedAtOnce: 0,
      isHeldBack: false,
      inFlight: 0,
      waiting: 0,
      passed: 0,
      refused: 0,
      calls: 0,
      repeated: 0,
      bytes: 0,
      tokenRenewals: 0,
    }),
  }
}

/** A moment with six digits of a second, so that text sorts as time does. */
export function micros(moment: string): string {
  const [seconds = '', fraction = ''] = moment.replace('Z', '').split('.')
  return `${seconds}.${fraction.padEnd(6, '0')}Z`
}

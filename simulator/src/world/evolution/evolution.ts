import { hashText, mix, unit, weighted } from '../chance/hash.ts'
import type { Tenant } from '../tenant.ts'
import { DAY, type Micros } from '../time/timestamp.ts'
import { happenings } from './happenings.ts'

const list = Object.values(happenings)
const draw = weighted(list.map(({ weight }) => weight))

/** Share of the issues' number that happens in a day. */
const DAILY_SHARE = 0.1
const LEAST_A_DAY = 96

/** Lets things happen: a fixed series of them, each at its own time, however the clock is moved. */
export class Evolution {
  private readonly tenant: Tenant
  private readonly key: number
  private readonly interval: Micros
  private next = 0

  constructor(tenant: Tenant, issues: number) {
    this.tenant = tenant
    this.key = mix(tenant.estate.seed, hashText('evolution'))
    this.interval = DAY / Math.max(LEAST_A_DAY, issues * DAILY_SHARE)
  }

  /** When the n-th thing happens. */
  private time(n: number): Micros {
    return Math.floor(this.tenant.estate.start + this.interval * (n + unit(mix(this.key, n))))
  }

  /** Lets everything up to a time happen; `setClock` is told each time before. */
  run(until: Micros, setClock: (at: Micros) => void): void {
    for (let at = this.time(this.next); at <= until; at = this.time(this.next)) {
      setClock(at)
      const roll = mix(mix(this.key, 1), this.next)
      this.next++
      list[draw(roll)]?.happen(this.tenant, at, mix(roll, 1))
    }
  }
}

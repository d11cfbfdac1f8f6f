import type { App } from '../../app.ts'
import { Refused } from '../../errors.ts'
import { askNow } from '../../ingest/ask-now.ts'
import { foreignToken } from '../../ingest/capabilities.ts'
import { countKind } from '../../ingest/count-kind.ts'
import { hasConnection } from '../../kinds/kind.ts'
import { KINDS } from '../../kinds/kinds.ts'
import { project } from '../../kinds/project.ts'
import { redactValue } from '../../log.ts'
import { openWiz, type Wiz } from '../../wiz/client.ts'
import { identityProviderFor, normaliseApiUrl, regionProblem } from '../../wiz/url.ts'

/** A service account of a tenant, as it is typed in or kept. */
export interface Account {
  readonly apiUrl: string
  readonly tokenUrl?: string | undefined
  readonly clientId: string
  readonly clientSecret: string
}

/** The name under which all processes share the limits of a service account. */
export function accountOf({ apiUrl, clientId }: Pick<Account, 'apiUrl' | 'clientId'>): string {
  return `${new URL(apiUrl).host} ${clientId}`
}

/** The account that was typed in, with its addresses as they are kept; refuses what is no address of Wiz. */
export function typedAccount({ config }: App, typed: Account): Account {
  const { allowHosts } = config
  const apiUrl = normaliseApiUrl(typed.apiUrl, { allowHosts })
  const { tokenUrl } = identityProviderFor({ apiUrl, tokenUrl: typed.tokenUrl, allowHosts })
  return { ...typed, apiUrl: apiUrl.href, tokenUrl: typed.tokenUrl?.trim() ? tokenUrl.href : undefined }
}

/** The client of a service account that need not be stored yet. */
export function openAccount(app: App, account: Account): Wiz {
  redactValue(account.clientSecret)
  const governor = app.governorFor(accountOf(account))
  return openWiz({ ...account, governor, transport: app.transport, log: app.log })
}

/** Signs in and asks one cheap question, or says why that is not possible or that nothing may be read at all. */
export async function verifyAccount(wiz: Wiz, signal: AbortSignal, patienceMs?: number): Promise<void> {
  refuseRegion(wiz)
  const signIn = (each: AbortSignal) => wiz.authenticate(each)
  const { dataCentre, scopes } = await askNow(wiz.identityProvider.tokenUrl.host, signal, signIn, patienceMs)
  refuseRegion(wiz, dataCentre)
  const others = KINDS.filter(hasConnection).filter((kind) => kind !== project)
  // One kind that may be read is enough, so that more than one question is asked only where that one is forbidden.
  for (const kind of [project, ...others]) {
    const count = (each: AbortSignal) => countKind(wiz, kind, {}, scopes, each)
    const answer = await askNow(wiz.apiUrl.host, signal, count, patienceMs).catch((error: unknown) => {
      throw foreignToken(wiz, error) ?? error
    })
    if (answer.state !== 'forbidden') return
  }
  const missing = [...new Set(KINDS.flatMap((kind) => kind.scopes))].join(', ')
  const sentence = `The service account may read nothing, so it was not taken. Add scopes in Wiz under Settings > Service Accounts, such as ${missing}.`
  throw new Refused('missing-scope', sentence)
}

function refuseRegion({ apiUrl, identityProvider }: Wiz, dataCentre: string | null = null): void {
  const problem = regionProblem({ apiUrl, tokenUrl: identityProvider.tokenUrl, dataCentre })
  if (problem) throw new Refused('wrong-region', problem)
}

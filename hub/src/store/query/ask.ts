import { databaseFailure } from '../../database-failure.ts'
import type { Store } from '../open-store.ts'

/** Asks the database. */
export async function ask<R extends object>(store: Store, text: string, values: readonly unknown[]): Promise<R[]> {
  try {
    return (await store.pool.query<R>(text, [...values])).rows
  } catch (error) {
    throw databaseFailure(error)
  }
}

import type { Node } from '../collection.ts'

/** The ids a rule answers to in framework filters: those of its sub-categories, their categories and frameworks. */
export function frameworkIds(rule: Node): string[] {
  return ((rule.securitySubCategories ?? []) as Node[]).flatMap((sub) => {
    const category = sub.category as Node
    return [sub.id, category.id, (category.framework as Node).id]
  })
}

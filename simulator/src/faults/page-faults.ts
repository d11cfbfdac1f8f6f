import { errorEntry, OOPS } from '../answer.ts'
import { hasPageInfo, hasTotal, isConnection } from './connection.ts'
import { addError, responseFault } from './fault.ts'

/** What goes wrong with a page as a whole: its envelope, its position, its count. */
export const pageFaults = {
  'data-null': responseFault({
    about: '`data` is null, without any error.',
    params: {},
    tamper: ({ result }) => {
      result.data = null
    },
  }),
  'data-null-with-errors': responseFault({
    about: '`data` is null and one INTERNAL error says so, with HTTP 200.',
    params: {},
    tamper: ({ result }) => {
      result.data = null
      addError(result, errorEntry('INTERNAL', OOPS))
    },
  }),
  'partial-errors': responseFault({
    about: 'The first `keep` nodes arrive together with an `errors` array.',
    params: { keep: 40 },
    suits: isConnection,
    tamper: ({ result, root, value, params }) => {
      if (isConnection(value)) value.nodes.splice(params.keep)
      addError(result, errorEntry('INTERNAL', OOPS, [root.key, 'nodes']))
    },
  }),
  'partial-nulls': responseFault({
    about: 'Every `nth` node is null, each with an error that names its path.',
    params: { nth: 10 },
    suits: isConnection,
    tamper: ({ result, root, value, params }) => {
      if (!isConnection(value)) return
      for (let index = 0; index < value.nodes.length; index += params.nth) {
        value.nodes[index] = null
        addError(result, errorEntry('INTERNAL', OOPS, [root.key, 'nodes', index]))
      }
    },
  }),
  'heavy-field-error': responseFault({
    about: 'An INTERNAL error instead of the page, only when the document selects the heavy `field`.',
    params: { field: 'securitySubCategories' },
    suits: (_value, root, { field }) => root.selects.has(field),
    tamper: ({ result, root }) => {
      result.data = { ...result.data, [root.key]: null }
      addError(result, errorEntry('INTERNAL', OOPS, [root.key]))
    },
  }),
  'scope-lost': responseFault({
    about: 'The scope is taken away in mid-walk: from page n on the root is null with UNAUTHORIZED, and stays so.',
    params: {},
    latches: true,
    tamper: ({ result, root }) => {
      result.data = { ...result.data, [root.key]: null }
      addError(result, errorEntry('UNAUTHORIZED', 'access denied', [root.key]))
    },
  }),
  'nodes-null': responseFault({
    about: 'The list `nodes` is null.',
    params: {},
    suits: isConnection,
    tamper: ({ value }) => {
      if (isConnection(value)) Object.assign(value, { nodes: null })
    },
  }),
  'page-info-missing': responseFault({
    about: '`pageInfo` is absent, or null with `asNull`.',
    params: { asNull: false },
    suits: hasPageInfo,
    tamper: ({ value, params }) => {
      if (!hasPageInfo(value)) return
      if (params.asNull) Object.assign(value, { pageInfo: null })
      else Reflect.deleteProperty(value, 'pageInfo')
    },
  }),
  'total-count-missing': responseFault({
    about: '`totalCount` is absent, or null with `asNull`.',
    params: { asNull: false },
    suits: hasTotal,
    tamper: ({ value, params }) => {
      if (!hasTotal(value)) return
      if (params.asNull) Object.assign(value, { totalCount: null })
      else Reflect.deleteProperty(value, 'totalCount')
    },
  }),
  'total-count-wrong': responseFault({
    about: '`totalCount` is off by `by`: above 0 too high, below 0 too low.',
    params: { by: 5 },
    suits: hasTotal,
    tamper: ({ value, params }) => {
      if (hasTotal(value)) value.totalCount = Math.max(0, value.totalCount + params.by)
    },
  }),
  'total-count-capped': responseFault({
    about: '`totalCount` stops at `cap`; `maxCountReached`, where selected, tells so.',
    params: { cap: 100 },
    suits: hasTotal,
    tamper: ({ value, params }) => {
      if (!hasTotal(value) || value.totalCount <= params.cap) return
      value.totalCount = params.cap
      if ('maxCountReached' in value) value.maxCountReached = true
    },
  }),
  'cursor-repeated': responseFault({
    about:
      'The page ends where it began: `endCursor` is the cursor that was sent, with `hasNextPage` true (from page 2 on).',
    params: {},
    suits: (value, root) => hasPageInfo(value) && root.args.after != null,
    tamper: ({ value, root }) => {
      if (hasPageInfo(value))
        value.pageInfo = { ...value.pageInfo, hasNextPage: true, endCursor: String(root.args.after) }
    },
  }),
  'cursor-missing': responseFault({
    about: '`hasNextPage` is true, `endCursor` null, or "" with `empty`.',
    params: { empty: false },
    suits: hasPageInfo,
    tamper: ({ value, params }) => {
      if (hasPageInfo(value)) {
        value.pageInfo = { ...value.pageInfo, hasNextPage: true, endCursor: params.empty ? '' : null }
      }
    },
  }),
  'empty-page': responseFault({
    about: 'A page with no nodes and `hasNextPage` true: its rows are lost, the walk could go on.',
    params: {},
    suits: (value) => isConnection(value) && hasPageInfo(value) && value.pageInfo.hasNextPage === true,
    tamper: ({ value }) => {
      if (isConnection(value)) value.nodes = []
    },
  }),
  'walk-truncated': responseFault({
    about: '`hasNextPage` is false although rows are left.',
    params: {},
    suits: (value) => hasPageInfo(value) && value.pageInfo.hasNextPage === true,
    tamper: ({ value }) => {
      if (hasPageInfo(value)) value.pageInfo = { ...value.pageInfo, hasNextPage: false, endCursor: null }
    },
  }),
  'empty-answer': responseFault({
    about: 'A good-looking answer with no rows at all and a total of 0.',
    params: {},
    suits: isConnection,
    tamper: ({ value }) => {
      if (!isConnection(value)) return
      value.nodes = []
      if (hasTotal(value)) value.totalCount = 0
      if (hasPageInfo(value)) value.pageInfo = { ...value.pageInfo, hasNextPage: false, endCursor: null }
    },
  }),
  'duplicate-row': responseFault({
    about: 'The last row of a page comes again as the first of the next (from page 2 on), as when a row moves back.',
    params: {},
    suits: (value, root) => isConnection(value) && root.page > 1,
    tamper: ({ value, previousNode }) => {
      if (isConnection(value) && previousNode !== undefined) value.nodes.unshift(previousNode)
    },
  }),
  'skipped-row': responseFault({
    about: 'A row has moved to an earlier page (from page 2 on) and is never seen; `totalCount` still counts it.',
    params: {},
    suits: (value, root) => isConnection(value) && root.page > 1,
    tamper: ({ value }) => {
      if (isConnection(value)) value.nodes.shift()
    },
  }),
}

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseWizId } from '../../src/ingest/why/parse-wiz-id.ts'

const ID = '7c1b6f2e-1d2c-4b0e-9d5a-0f4f6a1c9e11'

it.each([
  [ID, undefined],
  [`  \u200b${ID}\n`, undefined],
  [`"${ID}"`, undefined],
  ['wc-id-1335', undefined],
  [`https://app.wiz.io/issues#~(issue~'${ID})`, ['issue']],
  [`https://app.wiz.io/issues#~(filters~(status~(equals~(~'OPEN)))~issue~'${ID})`, ['issue']],
  [`https://app.wiz.io/threats#~(filters~(createdAt~(inTheLast~(amount~90~unit~'days)))~issue~'${ID})`, ['issue']],
  [`https://app.wiz.io/issues#%7E%28issue%7E%27${ID}%29`, ['issue']],
  [`https%3A%2F%2Fapp.wiz.io%2Fissues%23%257E%2528issue%257E%2527${ID}%2529`, ['issue']],
  [`https://app.wiz.io/issues#~(entity~(~'${ID}*2cVIRTUAL_MACHINE))`, ['cloud-resource']],
  [
    `https://app.wiz.io/explorer/vulnerability-findings#~(entity~(~'${ID}*2cSECURITY_TOOL_FINDING))`,
    ['vulnerability-finding'],
  ],
  [`https://app.wiz.io/inventory#~(entity~(~'${ID}*2cCONTAINER_IMAGE))`, ['container-image', 'cloud-resource']],
  [`https://app.wiz.io/findings/detections#~(detectionId~'${ID})`, ['detection']],
  [`https://app.wiz.io/somewhere/new/${ID}?tab=1`, undefined],
])('ING-10 reads %s', (text, kinds) => {
  const pointer = parseWizId(text)
  expect(pointer.kinds).toEqual(kinds)
  expect(pointer.id).toBe(text.includes('wc-id') ? 'wc-id-1335' : ID)
})

it.each([
  'https://app.wiz.io/issues',
  '',
  'two words, and more!',
  "'; DROP TABLE issue; --",
])('ING-10 refuses %j with what to copy instead', (text) => {
  expect(() => parseWizId(text)).toThrow(/copy|Copy/)
})

it('ING-10 never answers anything but a plain id, whatever is pasted', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(parseWizId(text).id).toMatch(/^[A-Za-z0-9][\w.:-]*$/)
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-input' })
      }
    }),
  )
})

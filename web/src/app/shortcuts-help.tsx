import { Kbd, Modal, Table } from '@mantine/core'

const SHORTCUTS: readonly [keys: readonly string[], does: string][] = [
  [['j', '↓'], 'Next row'],
  [['k', '↑'], 'Previous row'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Leave the rows, the search or a dialog'],
  [['[', ']'], 'Previous, next of the list, on the page of one'],
  [['Home', 'End'], 'First row, last row that is loaded'],
  [['/'], 'Search in the list'],
  [['f'], 'Show or hide the quick filters'],
  [['Shift + click'], 'Sort by one more column'],
  [['?'], 'This help'],
]

/** Which keys do what. */
export function ShortcutsHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table verticalSpacing={6}>
        <Table.Tbody>
          {SHORTCUTS.map(([keys, does]) => (
            <Table.Tr key={does}>
              <Table.Td w={150}>
                {keys.map((key) => (
                  <Kbd key={key} mr={6}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}

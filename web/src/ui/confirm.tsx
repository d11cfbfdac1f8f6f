import { Button, Group, Modal, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'

interface Props {
  readonly text: string
  readonly question: string
  readonly isBusy: boolean
  readonly onConfirm: () => void
}

/** A button for what cannot be undone: asks once more. */
export function Confirm({ text, question, isBusy, onConfirm }: Props) {
  const [isOpen, dialog] = useDisclosure()
  return (
    <>
      <Button size="compact-xs" variant="default" loading={isBusy} onClick={dialog.open}>
        {text}
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={text} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Text size="sm">{question}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={dialog.close}>
            Cancel
          </Button>
          <Button
            color="red.9"
            onClick={() => {
              dialog.close()
              onConfirm()
            }}
          >
            {text}
          </Button>
        </Group>
      </Modal>
    </>
  )
}

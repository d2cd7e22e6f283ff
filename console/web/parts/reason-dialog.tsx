/**
 * Asks for the reason before anything is changed: it is recorded with who and when. The dialog stays open with what
 * was typed when the server refuses, so that nothing has to be typed twice.
 */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { type ApiError, asApiError } from '../api/client.ts';
import { ProblemPanel } from './panels.tsx';

export interface ReasonDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly consequence: ReactNode;
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Fields besides the reason. */
  readonly children?: ReactNode;
  readonly isReady?: boolean;
  readonly onClose: () => void;
  /** @throws ApiError, which is shown */
  readonly onConfirm: (why: string) => Promise<void>;
}

export function ReasonDialog(props: ReasonDialogProps) {
  const {
    isOpen,
    title,
    consequence,
    action,
    isDangerous = false,
    children,
    isReady = true,
    onClose,
    onConfirm,
  } = props;
  const [why, setWhy] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError>();
  useEffect(() => {
    if (isOpen) setProblem(undefined);
  }, [isOpen]);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await onConfirm(why.trim());
      setWhy('');
      onClose();
    } catch (error) {
      setProblem(asApiError(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size="md">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <Stack gap="sm">
          <Text size="sm" component="div">
            {consequence}
          </Text>
          {children}
          <Textarea
            label="Reason"
            description="Recorded with your name and the time."
            required
            autosize
            minRows={2}
            data-autofocus
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
          />
          {problem === undefined ? null : <ProblemPanel problem={problem} />}
          <Choice
            action={action}
            isBusy={isBusy}
            isReady={why.trim() !== '' && isReady}
            isDangerous={isDangerous}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Modal>
  );
}

function Choice(props: {
  readonly action: string;
  readonly isBusy: boolean;
  readonly isReady: boolean;
  readonly isDangerous: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={props.onClose}>
        Leave it
      </Button>
      <Button
        type="submit"
        loading={props.isBusy}
        disabled={!props.isReady}
        {...(props.isDangerous ? { color: 'red' } : {})}
      >
        {props.action}
      </Button>
    </Group>
  );
}

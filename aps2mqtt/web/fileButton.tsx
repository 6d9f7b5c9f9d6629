interface FileButtonProps {
  readonly name: string;
  readonly accept: string;
  readonly onFile: (file: File | undefined) => Promise<void>;
}

export function FileButton({ name, accept, onFile }: FileButtonProps) {
  return (
    <label class="button">
      {name}
      <input
        type="file"
        class="hidden"
        accept={accept}
        onChange={(event) => {
          void onFile(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
    </label>
  );
}

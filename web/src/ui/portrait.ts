/** The API takes JPEG pictures up to this size. */
const MOST_BYTES = 256 * 1024;
/** A face that fills a third of the first is larger than any model looks at; noise needs the last. */
const LONGEST_SIDES = [1280, 960, 640];
const QUALITY = 0.85;

/** A file is no picture that this browser can read. */
export class NoPicture extends Error {}

/** A picture of any size → a JPEG of at most 256 KB in base64, without what the camera noted beside it. */
export async function portrait(file: File): Promise<string> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new NoPicture(`“${file.name}” is no picture that this browser can read.`);
  });
  try {
    for (const longest of LONGEST_SIDES) {
      const jpeg = await drawn(picture, Math.min(1, longest / Math.max(picture.width, picture.height)));
      if (jpeg && jpeg.size <= MOST_BYTES) return base64(await jpeg.arrayBuffer());
    }
  } finally {
    picture.close();
  }
  throw new NoPicture(`“${file.name}” stays larger than 256 KB: crop it to the face.`);
}

function drawn(picture: ImageBitmap, scale: number): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

function base64(data: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(data)) text += String.fromCharCode(byte);
  return btoa(text);
}

"""Every finding code that is not a check's: what went wrong with an asset, or what the work on it has to say."""

from assetkit.wording import Said, say

OTHER_CODES: dict[str, Said] = {
    "unreadable": say("the file is damaged, empty, encrypted or cut off"),
    "unsupported-format": say("by its content, the file is no picture or video that assetkit reads"),
    "kind": say("the preset takes only stills or only clips, and this is the other"),
    "colours-unreadable": say("the colours are of a kind that only some players can show"),
    "sidecar-invalid": say("the sidecar beside the file has a mistake in it"),
    "trim": say("the trim that was asked for reaches past the clip's end"),
    "tool-failed": say("a tool failed, hung or ran out of memory on the file"),
    "verify-failed": say("the finished file was checked again and is not as it should be; it is not delivered"),
    "ai-label-lost": say("the source says that AI made it, and the finished file does not; it is not delivered"),
    "vmaf-min": say("the encode is less like its source than was asked for"),
    "output-exists": say("a file of that name is in the output folder already"),
    "internal-error": say("a bug in assetkit; the other assets go on"),
    "too-small": say("the picture is too small to be encoded at all"),
    "crop-cuts-face": say("no crop of the wanted ratio leaves every face whole"),
    "crop-cuts-text": say("no crop of the wanted ratio leaves every line of text whole"),
    "crop-cuts-keep": say("no crop leaves what the sidecar keeps whole"),
    "crop-keeps-little": say("the crop keeps under a quarter of the picture; a person looks at it"),
    "padded": say("part of the frame is padding; a person looks at it where that is more than a third"),
    "borders": say("bars baked into the source are seen in what is delivered"),
    "first-frame": say("of a file with several frames only the first is delivered"),
    "other-tracks": say("the file holds more picture or sound tracks than are used"),
    "colours-guessed": say("CMYK without a profile: its colours are a guess, and a person looks at them"),
    "source-damaged": say("the source is damaged in places that the new file conceals; a person looks at it"),
    "cover-missing": say("no frame of the clip serves as its cover"),
    "cover-not-a-still": say("the cover beside the clip is no still"),
    "time-out-of-range": say("the time that was named lies beyond the clip's end"),
    "not-a-video": say("a still where a video is needed"),
    "not-a-still": say("a video where a still is needed"),
}

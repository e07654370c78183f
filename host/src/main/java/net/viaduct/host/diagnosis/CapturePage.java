package net.viaduct.host.diagnosis;

import java.util.List;

/**
 * Frames that were captured since the page before.
 *
 * @param frames in order
 * @param captured how many were to be kept since the beginning
 * @param lost how many of those were not, for want of room
 * @param ended whether nothing more will come
 */
public record CapturePage(List<CapturedFrameView> frames, long captured, long lost, boolean ended) {
  /** Copies the list. */
  public CapturePage {
    frames = List.copyOf(frames);
  }
}

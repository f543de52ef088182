/**
 * The memory that all bodies together may take, from their first byte until their event is answered. When it is used up, the
 * body that has been coming in for the longest gives way: a genuine one is there within milliseconds, and whoever sends slowly
 * or never ends a body keeps no room from it.
 */
export class BodyRoom {
  private held = 0;
  /** In the order of their beginning. */
  private readonly coming = new Set<Place>();

  constructor(private readonly maxBytes: number) {}

  get bytesHeld(): number {
    return this.held;
  }

  /** `giveWay` is called at most once, when others need the place more. */
  enter(giveWay: () => void): Place {
    const place = new Place(this, giveWay);
    this.coming.add(place);
    return place;
  }

  /** Nothing that is still coming in will be taken any more. */
  clear(): void {
    for (const place of this.coming) this.evict(place);
  }

  /** False when there is no room but by giving way oneself. */
  add(place: Place, bytes: number): boolean {
    this.held += bytes;
    for (const oldest of this.coming) {
      if (this.held <= this.maxBytes || oldest === place) break;
      this.evict(oldest);
    }
    return this.held <= this.maxBytes;
  }

  arrived(place: Place): void {
    this.coming.delete(place);
  }

  remove(place: Place): void {
    this.coming.delete(place);
    this.held -= place.bytes;
  }

  private evict(place: Place): void {
    place.leave();
    place.giveWay();
  }
}

/** What one body takes. */
export class Place {
  bytes = 0;
  private left = false;

  constructor(
    private readonly room: BodyRoom,
    readonly giveWay: () => void,
  ) {}

  /** False when the body has to be given up. */
  grow(bytes: number): boolean {
    if (this.left) return false;
    this.bytes += bytes;
    return this.room.add(this, bytes);
  }

  /** The whole body is there: it is held until it is answered, and gives way no more. */
  arrived(): void {
    this.room.arrived(this);
  }

  leave(): void {
    if (this.left) return;
    this.left = true;
    this.room.remove(this);
  }
}

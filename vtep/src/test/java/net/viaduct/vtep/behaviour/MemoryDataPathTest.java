package net.viaduct.vtep.behaviour;

/** The behaviour suite in memory. */
class MemoryDataPathTest extends DataPathBehaviour {
  @Override
  protected Rig openRig() {
    return new MemoryRig();
  }
}

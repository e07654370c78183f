package net.viaduct.queueing.tree;

import java.util.List;
import java.util.Map;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.classify.ClassMap;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.classify.FlowHash;
import net.viaduct.queueing.classify.PacketFields;
import net.viaduct.queueing.config.TreeConfig;

/**
 * A tree that was made of a configuration. Owned by the thread that owns the queues, once it has
 * it.
 *
 * @param root where packets go in and out
 * @param leaves the queues with packets, by name
 * @param inner the disciplines above them, by their way from the root
 * @param shares by what is shared on the way to each leaf, by its number
 */
record BuiltTree(
    TreeConfig config,
    Discipline root,
    Map<String, Discipline> leaves,
    Map<String, Discipline> inner,
    List<FlowField[]> shares,
    PacketFields fields,
    FlowHash hash,
    ClassMap classes) {}

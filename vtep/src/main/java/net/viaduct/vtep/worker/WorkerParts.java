package net.viaduct.vtep.worker;

import java.util.function.IntFunction;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.Tables;

/**
 * What workers share with the data-path thread.
 *
 * @param parts of the VTEP
 * @param tables which they read only
 * @param clock of the data-path thread, with which theirs agree
 * @param total counters of the VTEP, split
 * @param spoken what is spoken at a local port; 0 for what comes by GRE
 */
public record WorkerParts(
    VtepConfig config,
    VtepParts parts,
    Tables tables,
    CycleClock clock,
    CounterBlock total,
    IntFunction<EncapsulationType> spoken) {}

/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecord;
import com.arjuna.ats.internal.jta.resources.arjunacore.XAResourceRecordWrappingPlugin;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import io.peeklock.tx.BusXAResource;
import java.io.IOException;
import javax.transaction.xa.XAResource;
import org.jboss.tm.XAResourceWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Writes into Narayana's log entries to which store a branch belongs. A JVM has one such plug-in: this one calls the one
 * that was there before it.
 *
 * <p>Thread safe.
 *
 * <p>{@link PeeklockTransactions} and {@link NarayanaRecovery} put it in. Where Narayana is set up by a file of
 * properties it may be named there, as {@code JTAEnvironmentBean.xaResourceRecordWrappingPluginClassName}.
 */
public final class LogEntryNames implements XAResourceRecordWrappingPlugin {

    // What Narayana's own default says of a resource without a name.
    private static final Integer NO_EIS = 0;
    private static final String UNKNOWN_EIS = "unknown";

    private static volatile boolean inUse;

    private final @Nullable XAResourceRecordWrappingPlugin before;

    /** The only one. */
    public LogEntryNames() {
        this(null);
    }

    LogEntryNames(@Nullable XAResourceRecordWrappingPlugin before) {
        this.before = before;
    }

    /** Puts itself before what is there, if it is not there already. */
    static synchronized void install() {
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        XAResourceRecordWrappingPlugin before = jta.getXAResourceRecordWrappingPlugin();
        if (!(before instanceof LogEntryNames)) {
            jta.setXAResourceRecordWrappingPlugin(new LogEntryNames(before));
        }
    }

    /** Whether Narayana really asks it. It reads its setting once, when it makes its first log entry. */
    static boolean isInUse() {
        if (!inUse) {
            // Makes an entry that nobody writes: whatever plug-in is in use is asked for its name.
            XAResourceRecord unused = new XAResourceRecord(null, null, null, null);
            assert unused.getJndiName() == null;
        }
        return inUse;
    }

    @Override
    public void transcribeWrapperData(XAResourceRecord entry) {
        inUse = true;
        if (before != null) {
            before.transcribeWrapperData(entry);
        }
        if (entry.getJndiName() == null) {
            if (entry.value() instanceof BusXAResource bus) {
                name(entry, RecoveredStore.named(bus));
            } else if (entry.value() instanceof XAResourceWrapper wrapper) {
                name(entry, wrapper);
            }
        }
    }

    private static void name(XAResourceRecord entry, XAResourceWrapper wrapper) {
        entry.setProductName(wrapper.getProductName());
        entry.setProductVersion(wrapper.getProductVersion());
        entry.setJndiName(wrapper.getJndiName());
    }

    @Override
    public Integer getEISName(XAResource resource) throws IOException, ObjectStoreException {
        return before == null ? NO_EIS : before.getEISName(resource);
    }

    @Override
    public String getEISName(Integer id) {
        return before == null ? UNKNOWN_EIS : before.getEISName(id);
    }
}

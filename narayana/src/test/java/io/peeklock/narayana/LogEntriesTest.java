/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import com.arjuna.ats.arjuna.AtomicAction;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import com.arjuna.ats.arjuna.state.OutputObjectState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the check says of entries that stay in the log: two periods of 120 s and a back-off of 10 s after they were first seen.
 *
 * <p>Not thread safe.
 */
@Tag("X5")
final class LogEntriesTest {

    private static final String TYPE = new AtomicAction().type();

    @TempDir
    static Path directory;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LogEntries entries = new LogEntries(nanos::get);
    private final List<Uid> written = new ArrayList<>();

    @BeforeAll
    static void setUp() {
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(directory.toString());
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
    }

    @AfterEach
    void removeAll() throws Exception {
        for (Uid entry : written) {
            StoreManager.getRecoveryStore().remove_committed(entry, TYPE);
        }
    }

    private Uid write() throws Exception {
        Uid entry = new Uid();
        assertThat(StoreManager.getRecoveryStore().write_committed(entry, TYPE, new OutputObjectState(entry, TYPE)))
                .isTrue();
        written.add(entry);
        return entry;
    }

    private void passes(long seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private List<String> problems() {
        return SelfCheck.of(List.of(), entries).problems().stream()
                .filter(problem -> problem.startsWith("Recovery does not bring to an end"))
                .toList();
    }

    @Test
    void areNoProblemWhileScansMayStillEndThem() throws Exception {
        write();
        assertThat(problems()).isEmpty();
        passes(250);
        assertThat(problems()).isEmpty();
        assertThat(SelfCheck.of(List.of(), entries).notes()).contains("Entries in the log: 1.");
    }

    @Test
    void areAProblemAfterTwoPeriodsAndABackOff() throws Exception {
        Uid entry = write();
        assertThat(problems()).isEmpty();
        passes(251);
        Uid young = write();
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("in the entry " + entry + " (there for 251 s or more) of the log")
                .contains("enlisted without a name", "by hand against the decision", "docs/transactions.md")
                .doesNotContain(young.toString());
    }

    @Test
    void areSeenByScansTooSoThatOneCheckIsEnough() throws Exception {
        Uid entry = write();
        entries.periodicWorkFirstPass();
        entries.periodicWorkSecondPass();
        passes(1000);
        assertThat(problems()).singleElement().asString().contains(entry + " (there for 1000 s or more)");
    }

    @Test
    void areNoProblemAnyMoreWhenTheyAreGone() throws Exception {
        write();
        entries.periodicWorkFirstPass();
        passes(251);
        removeAll();
        assertThat(problems()).isEmpty();
    }

    @Test
    void areNamedAsFarAsThereAreFew() throws Exception {
        for (int i = 0; i < 12; i++) {
            write();
        }
        entries.periodicWorkFirstPass();
        passes(251);
        assertThat(problems()).singleElement().asString().contains("in the entries ", " and 2 more of the log");
    }
}

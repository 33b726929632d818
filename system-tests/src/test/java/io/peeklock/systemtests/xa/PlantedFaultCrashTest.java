/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.xa;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.systemtests.xa.FaultyResource.Fault;
import io.peeklock.systemtests.xa.Plan.Ending;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Resources with faults are put among databases, to see that the tests with kills find them.
 *
 * <p>Not thread safe.
 */
final class PlantedFaultCrashTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "PREPARES_LATE, log.write.after, is neither there to be taken nor noted everywhere",
        "COMMITS_LATE, log.remove.after, is neither there to be taken nor noted everywhere",
        "LISTS_SHORT, SHIPMENTS.commit.before, is neither there to be taken nor noted everywhere"
    })
    void isFound(Fault fault, String point, String contradiction) throws Exception {
        XaKills kills = new XaKills(directory, XaWorld.TABLES, fault);

        kills.halt(new Plan(List.of(Role.values()), Ending.COMMIT, point));
        kills.end();

        assertThat(kills.ledger().contradictions()).anyMatch(text -> text.contains(contradiction));
    }

    @Test
    void isNotFoundWhereThereIsNone() throws Exception {
        XaKills kills = new XaKills(directory, XaWorld.TABLES, Fault.NONE);

        kills.stopTogether(Plan.ALL);
        kills.haltInRecovery("SHIPMENTS.rollback.after");
        kills.haltInRecovery("ROWS.commit.before");
        kills.end();

        assertThat(kills.ledger().contradictions()).isEmpty();
    }
}

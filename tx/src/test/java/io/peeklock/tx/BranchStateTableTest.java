/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMRESUME;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static javax.transaction.xa.XAResource.TMSUSPEND;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.namespace.TestBus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call in every state of a branch, as the tables of X/Open have it: rule X5. */
@Tag("X5")
class BranchStateTableTest extends XaBus {

    private static final Xid XID = xid("global");
    private static final int TMMIGRATE = BusXAResource.TMMIGRATE;

    private static final Map<String, Integer> CODES = Map.ofEntries(
            Map.entry("OK", OK),
            Map.entry("NOTA", XAException.XAER_NOTA),
            Map.entry("DUPID", XAException.XAER_DUPID),
            Map.entry("PROTO", XAException.XAER_PROTO),
            Map.entry("RB", XAException.XA_RBROLLBACK),
            Map.entry("RBTIME", XAException.XA_RBTIMEOUT),
            Map.entry("HEURCOM", XAException.XA_HEURCOM),
            Map.entry("HEURRB", XAException.XA_HEURRB));

    /** States below, calls across. */
    private static final String TABLE = """
            state     start join  resume success fail  suspend migrate prepare commit1 commit2 rollback forget
            NONE      OK    NOTA  NOTA   NOTA    NOTA  NOTA    NOTA    NOTA    NOTA    NOTA    NOTA     NOTA
            ACTIVE    PROTO PROTO PROTO  OK      OK    OK      OK      PROTO   PROTO   PROTO   PROTO    PROTO
            ELSEWHERE DUPID OK    PROTO  PROTO   PROTO PROTO   PROTO   PROTO   PROTO   PROTO   PROTO    PROTO
            SUSPENDED DUPID PROTO OK     OK      OK    PROTO   PROTO   OK      OK      PROTO   OK       PROTO
            PARKED    DUPID OK    PROTO  PROTO   PROTO PROTO   PROTO   OK      OK      PROTO   OK       PROTO
            MIGRATING DUPID OK    OK     OK      OK    PROTO   PROTO   OK      OK      PROTO   OK       PROTO
            IDLE      DUPID OK    PROTO  PROTO   PROTO PROTO   PROTO   OK      OK      PROTO   OK       PROTO
            FAILED    DUPID RB    PROTO  PROTO   PROTO PROTO   PROTO   RB      RB      PROTO   OK       PROTO
            OVERDUE   PROTO PROTO PROTO  RBTIME  OK    RBTIME  RBTIME  PROTO   PROTO   PROTO   PROTO    PROTO
            TIMEDOUT  DUPID RBTIME PROTO PROTO   PROTO PROTO   PROTO   RBTIME  RBTIME  PROTO   OK       PROTO
            PREPARED  DUPID PROTO PROTO  PROTO   PROTO PROTO   PROTO   PROTO   PROTO   OK      OK       PROTO
            RECOVERED DUPID PROTO PROTO  PROTO   PROTO PROTO   PROTO   PROTO   PROTO   OK      OK       PROTO
            HEURCOM   DUPID PROTO PROTO  PROTO   PROTO PROTO   PROTO   PROTO   PROTO   HEURCOM HEURCOM  OK
            HEURRB    DUPID PROTO PROTO  PROTO   PROTO PROTO   PROTO   PROTO   PROTO   HEURRB  HEURRB   OK
            HEURLATER DUPID PROTO PROTO  PROTO   PROTO PROTO   PROTO   PROTO   PROTO   HEURCOM HEURCOM  OK
            ENDED     OK    NOTA  NOTA   NOTA    NOTA  NOTA    NOTA    NOTA    NOTA    NOTA    NOTA     NOTA
            """;

    private static Stream<List<String>> rows() {
        return TABLE.lines().skip(1).map(row -> Arrays.asList(row.split(" +")));
    }

    private static List<String> calls() {
        return Arrays.asList(TABLE.lines().findFirst().orElseThrow().split(" +"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void answersAsTheTableSays(List<String> row) throws XAException {
        for (int i = 1; i < row.size(); i++) {
            bring(row.get(0));
            String call = calls().get(i);
            assertThat(codeOf(() -> call(call)))
                    .as("%s in %s", call, row.get(0))
                    .isEqualTo(CODES.get(row.get(i)));
            closeBus();
            openBus();
        }
    }

    private void call(String call) throws XAException {
        switch (call) {
            case "start" -> resource.start(XID, TMNOFLAGS);
            case "join" -> resource.start(XID, TMJOIN);
            case "resume" -> resource.start(XID, TMRESUME);
            case "success" -> resource.end(XID, TMSUCCESS);
            case "fail" -> resource.end(XID, TMFAIL);
            case "suspend" -> resource.end(XID, TMSUSPEND);
            case "migrate" -> resource.end(XID, TMSUSPEND | TMMIGRATE);
            case "prepare" -> assertThat(resource.prepare(XID)).isEqualTo(OK);
            case "commit1" -> resource.commit(XID, true);
            case "commit2" -> resource.commit(XID, false);
            case "rollback" -> resource.rollback(XID);
            case "forget" -> resource.forget(XID);
            default -> throw new AssertionError(call);
        }
    }

    /** Brings the branch into a state, from none. */
    private void bring(String state) throws XAException {
        BranchXid xid = NamedXid.branchOf(XID);
        switch (state) {
            case "NONE" -> {}
            case "ACTIVE" -> work(resource);
            case "ELSEWHERE" -> work(other);
            case "SUSPENDED" -> end(resource, TMSUSPEND);
            case "PARKED" -> end(other, TMSUSPEND);
            case "MIGRATING" -> end(other, TMSUSPEND | TMMIGRATE);
            case "IDLE" -> end(resource, TMSUCCESS);
            case "FAILED" -> end(resource, TMFAIL);
            case "OVERDUE" -> {
                resource.setTransactionTimeout(5);
                work(resource);
                bus.advance(Duration.ofSeconds(6));
            }
            case "TIMEDOUT" -> {
                resource.setTransactionTimeout(5);
                end(resource, TMSUCCESS);
                bus.advance(Duration.ofSeconds(6));
            }
            case "PREPARED" -> prepare();
            case "RECOVERED" -> {
                prepare();
                kill();
                assertThat(recovered()).hasSize(1);
            }
            case "HEURCOM" -> {
                prepare();
                bus.get(bus.namespace.commitPrepared(xid));
            }
            case "HEURRB" -> {
                prepare();
                bus.get(bus.namespace.rollbackPrepared(xid));
            }
            case "HEURLATER" -> {
                bring("HEURCOM");
                kill();
                assertThat(recovered()).hasSize(1);
            }
            case "ENDED" -> {
                end(resource, TMSUCCESS);
                resource.commit(XID, true);
            }
            default -> throw new AssertionError(state);
        }
    }

    private void work(BusXAResource by) throws XAException {
        by.start(XID, TMNOFLAGS);
        Transaction branch = by.current();
        assertThat(branch).isNotNull();
        branch.send(NEAR, TestBus.text("x").build());
    }

    private void end(BusXAResource by, int flags) throws XAException {
        work(by);
        by.end(XID, flags);
    }

    private void prepare() throws XAException {
        end(resource, TMSUCCESS);
        assertThat(resource.prepare(XID)).isEqualTo(OK);
    }
}

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
import io.peeklock.broker.Delivery;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.namespace.TestBus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random calls of two sessions' resources, work between them, kills and administrators, beside a model of the state tables: the
 * same answers, and in the end exactly the effects of what was committed (rule X5).
 */
@Tag("X5")
class XaSimulationTest extends XaBus {
    private static final int STEPS = 400;

    private enum State {
        OPEN,
        PREPARED,
        HEURCOM,
        HEURRB
    }

    /** What the tables know of a branch. */
    private static final class Model {
        private State state = State.OPEN;
        private boolean rollbackOnly;
        private final Map<BusXAResource, Boolean> associations = new HashMap<>();
        private final List<String> received = new ArrayList<>();
        private final List<String> sent = new ArrayList<>();

        boolean isWorkedIn() {
            return associations.containsValue(true);
        }
    }

    private final Map<Xid, Model> models = new HashMap<>();
    private final Map<BusXAResource, Xid> works = new HashMap<>();
    /** What is to be in the queues if nothing more is committed, and what is with branches. */
    private final TreeSet<String> expected = new TreeSet<>();

    private final Map<String, Integer> counts = new TreeMap<>();
    private Random random = new Random();
    private int next;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void answersAsTheTablesDoAndDoesWhatWasCommitted(long seed) throws XAException {
        random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            String text = "first" + i;
            bus.send(i % 2 == 0 ? NEAR : FAR, TestBus.text(text));
            expected.add(text);
        }
        for (int step = 0; step < STEPS; step++) {
            try {
                step();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", step " + step, e);
            }
        }
        settleEverything();
        List<String> left = new ArrayList<>(bus.takeAll(NEAR));
        left.addAll(bus.takeAll(FAR));
        assertThat(left).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void step() throws XAException {
        Xid xid = xid("g" + random.nextInt(2), "b" + random.nextInt(2));
        BusXAResource by = random.nextBoolean() ? resource : other;
        switch (random.nextInt(16)) {
            case 0, 1 -> assertAnswer("start", start(by, xid), () -> by.start(xid, TMNOFLAGS));
            case 2 -> assertAnswer("join", join(by, xid), () -> by.start(xid, TMJOIN));
            case 3 -> assertAnswer("resume", resume(by, xid), () -> by.start(xid, TMRESUME));
            case 4, 5 -> assertAnswer("success", end(by, xid, TMSUCCESS), () -> by.end(xid, TMSUCCESS));
            case 6 -> assertAnswer("suspend", end(by, xid, TMSUSPEND), () -> by.end(xid, TMSUSPEND));
            case 7 -> {
                int flags = random.nextInt(4) == 0 ? TMFAIL : TMSUCCESS;
                assertAnswer("end", end(by, xid, flags), () -> by.end(xid, flags));
            }
            case 8, 9, 10, 11 -> work(by);
            case 12 -> prepare(xid, by);
            case 13 -> assertAnswer("commit1", commitInOnePhase(xid), () -> by.commit(xid, true));
            case 14 -> endPrepared(xid, by);
            default -> rarely(xid);
        }
    }

    private void rarely(Xid xid) throws XAException {
        Model model = models.get(xid);
        switch (random.nextInt(6)) {
            case 0 -> killed();
            case 1 -> {
                BranchXid branch = NamedXid.branchOf(xid);
                boolean commits = random.nextBoolean();
                if (model != null && model.state == State.PREPARED) {
                    bus.get(commits ? bus.namespace.commitPrepared(branch) : bus.namespace.rollbackPrepared(branch));
                    done(model, commits);
                    model.state = commits ? State.HEURCOM : State.HEURRB;
                }
            }
            case 2 -> assertAnswer("forget", forget(xid), () -> resource.forget(xid));
            default ->
                assertThat(recovered()).hasSize((int) models.values().stream()
                        .filter(each -> each.state != State.OPEN)
                        .count());
        }
    }

    private static void assertAnswer(String call, int expected, XaCall made) {
        assertThat(codeOf(made)).as(call).isEqualTo(expected);
    }

    // ---- The model's answers

    private int start(BusXAResource by, Xid xid) {
        if (works.containsKey(by)) {
            return XAException.XAER_PROTO;
        }
        if (models.containsKey(xid)) {
            return XAException.XAER_DUPID;
        }
        models.put(xid, new Model());
        return associate(by, xid);
    }

    private int associate(BusXAResource by, Xid xid) {
        model(xid).associations.put(by, true);
        works.put(by, xid);
        return OK;
    }

    private Model model(Xid xid) {
        Model model = models.get(xid);
        assertThat(model).isNotNull();
        return model;
    }

    private int join(BusXAResource by, Xid xid) {
        Model model = models.get(xid);
        if (works.containsKey(by)) {
            return XAException.XAER_PROTO;
        }
        if (model == null) {
            return XAException.XAER_NOTA;
        }
        if (model.state != State.OPEN || model.associations.containsKey(by)) {
            return XAException.XAER_PROTO;
        }
        return model.rollbackOnly ? XAException.XA_RBROLLBACK : associate(by, xid);
    }

    private int resume(BusXAResource by, Xid xid) {
        Model model = models.get(xid);
        if (works.containsKey(by)) {
            return XAException.XAER_PROTO;
        }
        if (model == null) {
            return XAException.XAER_NOTA;
        }
        if (!model.associations.containsKey(by)) {
            return XAException.XAER_PROTO;
        }
        return model.rollbackOnly ? XAException.XA_RBROLLBACK : associate(by, xid);
    }

    private int end(BusXAResource by, Xid xid, int flags) {
        Model model = models.get(xid);
        if (model == null) {
            return XAException.XAER_NOTA;
        }
        Boolean isActive = model.associations.get(by);
        if (isActive == null || (flags == TMSUSPEND && !isActive)) {
            return XAException.XAER_PROTO;
        }
        if (isActive) {
            works.remove(by);
        }
        if (flags == TMSUSPEND && !model.rollbackOnly) {
            model.associations.put(by, false);
            return OK;
        }
        model.associations.remove(by);
        boolean was = model.rollbackOnly;
        model.rollbackOnly |= flags == TMFAIL;
        return was && flags != TMFAIL ? XAException.XA_RBROLLBACK : OK;
    }

    private void prepare(Xid xid, BusXAResource by) {
        Model model = models.get(xid);
        int answer;
        try {
            answer = by.prepare(xid);
        } catch (XAException e) {
            answer = e.errorCode;
        }
        assertThat(answer).as("prepare").isEqualTo(prepared(xid, model));
    }

    private int prepared(Xid xid, @Nullable Model model) {
        int refusal = refusalToEnd(xid, model);
        if (refusal != OK || model == null) {
            return refusal;
        }
        if (model.received.isEmpty() && model.sent.isEmpty()) {
            models.remove(xid);
            return XAResource.XA_RDONLY;
        }
        model.state = State.PREPARED;
        model.associations.clear();
        return OK;
    }

    /** Of a prepare and of a commit in one phase. */
    private int refusalToEnd(Xid xid, @Nullable Model model) {
        if (model == null) {
            return XAException.XAER_NOTA;
        }
        if (model.state != State.OPEN || model.isWorkedIn()) {
            return XAException.XAER_PROTO;
        }
        if (model.rollbackOnly) {
            done(model, false);
            models.remove(xid);
            return XAException.XA_RBROLLBACK;
        }
        return OK;
    }

    private int commitInOnePhase(Xid xid) {
        Model model = models.get(xid);
        int refusal = refusalToEnd(xid, model);
        if (refusal == OK && model != null) {
            done(model, true);
            models.remove(xid);
        }
        return refusal;
    }

    private void endPrepared(Xid xid, BusXAResource by) {
        if (random.nextBoolean()) {
            assertAnswer("commit2", commit(xid), () -> by.commit(xid, false));
        } else {
            assertAnswer("rollback", rollback(xid), () -> by.rollback(xid));
        }
    }

    private int commit(Xid xid) {
        Model model = models.get(xid);
        if (model != null && model.state == State.OPEN) {
            return XAException.XAER_PROTO;
        }
        return ended(xid, model, true);
    }

    private int rollback(Xid xid) {
        Model model = models.get(xid);
        return model != null && model.isWorkedIn() ? XAException.XAER_PROTO : ended(xid, model, false);
    }

    private int ended(Xid xid, @Nullable Model model, boolean commits) {
        if (model == null) {
            return XAException.XAER_NOTA;
        }
        if (model.state == State.HEURCOM || model.state == State.HEURRB) {
            return model.state == State.HEURCOM ? XAException.XA_HEURCOM : XAException.XA_HEURRB;
        }
        done(model, commits);
        models.remove(xid);
        return OK;
    }

    private int forget(Xid xid) {
        Model model = models.get(xid);
        if (model == null) {
            return XAException.XAER_NOTA;
        }
        if (model.state == State.OPEN || model.state == State.PREPARED) {
            return XAException.XAER_PROTO;
        }
        models.remove(xid);
        return OK;
    }

    private void done(Model model, boolean commits) {
        if (commits) {
            expected.removeAll(model.received);
            expected.addAll(model.sent);
        }
        // Else its count is raised; ten of these would make it a dead letter, so few enough are received.
    }

    // ---- What happens beside the calls

    private void work(BusXAResource by) {
        Xid xid = works.get(by);
        Transaction branch = by.current();
        assertThat(branch == null).isEqualTo(xid == null);
        if (xid == null || branch == null) {
            return;
        }
        Model model = model(xid);
        EntityPath queue = random.nextBoolean() ? NEAR : FAR;
        try {
            if (random.nextInt(3) == 0) {
                Delivery delivery = bus.receive(queue);
                if (delivery != null && counts.merge(TestBus.textOf(delivery), 1, Integer::sum) > 5) {
                    bus.settle(delivery, Settlement.RELEASE);
                } else if (delivery != null) {
                    receive(branch, model, delivery);
                }
            } else {
                String text = "sent" + next++;
                branch.send(queue, TestBus.text(text).build());
                model.sent.add(text);
            }
            assertThat(model.rollbackOnly).isFalse();
        } catch (BrokerException e) {
            assertThat(model.rollbackOnly).as(e.getMessage()).isTrue();
        }
    }

    private void receive(Transaction branch, Model model, Delivery delivery) {
        try {
            branch.enlist(delivery);
            model.received.add(TestBus.textOf(delivery));
        } catch (BrokerException e) {
            bus.settle(delivery, Settlement.RELEASE);
            throw e;
        }
    }

    /** Prepared branches alone survive. */
    private void killed() throws XAException {
        kill();
        works.clear();
        models.values().removeIf(model -> model.state == State.OPEN);
        models.values().forEach(model -> model.associations.clear());
        assertThat(recovered()).hasSize(models.size());
    }

    private void settleEverything() throws XAException {
        killed();
        for (Xid xid : resource.recover(XAResource.TMSTARTRSCAN)) {
            XaCall end = random.nextBoolean() ? () -> resource.rollback(xid) : () -> resource.commit(xid, false);
            Xid known = models.keySet().stream()
                    .filter(each -> each.toString().equals(xid.toString()))
                    .findFirst()
                    .orElseThrow();
            Model model = model(known);
            int code = codeOf(() -> resource.commit(xid, false));
            if (model.state == State.PREPARED) {
                assertThat(code).isEqualTo(OK);
                done(model, true);
            } else {
                resource.forget(xid);
            }
            assertThat(codeOf(end)).isEqualTo(XAException.XAER_NOTA);
        }
        assertThat(recovered()).isEmpty();
    }
}

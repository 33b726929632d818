/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.NamespaceConfig.Profile;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.namespace.TestBus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A bus of four partitions and what a transaction manager does with it; its calls move the simulated bus until they are answered.
 *
 * <p>Not thread safe.
 */
abstract class XaBus {
    static final EntityPath NEAR = EntityPath.queue("near");
    static final EntityPath FAR = EntityPath.queue("far");
    static final EntityPath SPREAD = EntityPath.queue("spread");
    static final int FAR_PARTITION = 3;
    static final int OK = XAResource.XA_OK;

    /** What a session hears, in words. */
    final List<String> heard = new ArrayList<>();

    final AtomicBoolean worksOutside = new AtomicBoolean();
    final AtomicBoolean isClosed = new AtomicBoolean();
    TestBus bus;
    GlobalTransactions global;
    BusXAResource resource;
    BusXAResource other;

    /** A call of a transaction manager. */
    interface XaCall {
        void make() throws XAException;
    }

    @BeforeEach
    final void openBus() {
        bus = TestBus.simulated(4, TestBus.config(Profile.JMS));
        bus.create(QueueDescription.builder("near"));
        bus.create(QueueDescription.builder("far").homePartition(FAR_PARTITION));
        bus.create(QueueDescription.builder("spread").partitioned(true));
        connect();
    }

    @AfterEach
    final void closeBus() {
        bus.close();
    }

    /** New transactions on the bus as it is now, as after a start of the process. */
    final void connect() {
        connect(TransactionSettings.of(Profile.JMS));
    }

    final void connect(TransactionSettings settings) {
        global = new GlobalTransactions(bus.namespace, settings, this::later, () -> heard.add("idle"));
        resource = resource(global, "resource");
        other = resource(global, "other");
    }

    final void kill() {
        bus = bus.killed();
        connect();
    }

    private Runnable later(Duration delay, Runnable task) {
        AtomicBoolean wanted = new AtomicBoolean(true);
        bus.runtime.schedule(
                () -> {
                    if (wanted.get()) {
                        task.run();
                    }
                },
                delay.toNanos());
        return () -> wanted.set(false);
    }

    final BusXAResource resource(GlobalTransactions of, String name) {
        return new BusXAResource(
                of,
                new BranchListener() {
                    @Override
                    public boolean worksOutside() {
                        return worksOutside.get();
                    }

                    @Override
                    public boolean isClosed() {
                        return isClosed.get();
                    }

                    @Override
                    public void associated(Transaction branch) {
                        heard.add(name + " associated");
                    }

                    @Override
                    public void dissociated(Transaction branch, int flags) {
                        heard.add(name + " dissociated " + Integer.toHexString(flags));
                    }

                    @Override
                    public void ended(Transaction branch) {
                        heard.add(name + " ended");
                    }
                },
                answer -> {
                    bus.run();
                    return answer.isDone() ? answer.join() : XaAnswer.later(new IllegalStateException("no answer"));
                });
    }

    /** A branch of one global transaction for each name. */
    static Xid xid(String name) {
        return xid(name, "b");
    }

    static Xid xid(String global, String branch) {
        return new NamedXid(
                new BranchXid(7, global.getBytes(StandardCharsets.UTF_8), branch.getBytes(StandardCharsets.UTF_8)));
    }

    /** The code a call ends with. */
    static int codeOf(XaCall call) {
        try {
            call.make();
            return OK;
        } catch (XAException e) {
            assertThat(e).hasMessageMatching("XA.{2,}: .+");
            return e.errorCode;
        }
    }

    /** The vote of a prepare, or the code it fails with. */
    final int vote(Xid xid) {
        try {
            return resource.prepare(xid);
        } catch (XAException e) {
            return e.errorCode;
        }
    }

    final Transaction current() {
        Transaction now = resource.current();
        assertThat(now).as("works in a branch").isNotNull();
        return now;
    }

    final void send(EntityPath queue, String text) {
        current().send(queue, TestBus.text(text).build());
    }

    final void receive(EntityPath queue) {
        current().enlist(bus.take(queue));
    }

    final List<String> recovered() throws XAException {
        List<String> names = new ArrayList<>();
        for (Xid xid : resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)) {
            names.add(new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8));
        }
        return names;
    }

    final long active(EntityPath queue) {
        return bus.get(bus.namespace.counters(queue)).active();
    }

    final void assertCameBackOnce(EntityPath queue, String text) {
        var again = bus.take(queue);
        assertThat(TestBus.textOf(again)).isEqualTo(text);
        assertThat(again.deliveryCount()).isEqualTo(1);
    }
}

/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.administration.jmx.NamespaceBeans;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.PartitionHealth.State;
import io.peeklock.broker.runtime.BusClock;
import io.peeklock.jms.BrokerRegistry.FactoryToken;
import io.peeklock.jms.message.SentClasses;
import io.peeklock.tx.GlobalTransactions;
import io.peeklock.tx.LocalTransactions;
import io.peeklock.tx.TransactionSettings;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open broker and who uses it: opens it for the first user and closes it some time after the last one.
 *
 * <p>Thread safe. Its lock is held while the broker is opened or closed, so that nobody opens a directory that is still
 * being closed; whoever waits for it can be interrupted.
 */
final class SharedBroker {

    /** A linger without end: until the factory is closed. */
    static final Duration UNTIL_FACTORY_CLOSED = Duration.ofSeconds(Long.MAX_VALUE);

    private static final Logger LOG = LoggerFactory.getLogger(SharedBroker.class);

    private final BrokerAddress address;
    private final Consumer<SharedBroker> whenClosed;
    private final BrokerTimer timer;
    private final SentClasses sentClasses = new SentClasses();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition userLeft = lock.newCondition();

    // Read without the lock by those who hold a lease, so by nobody before it is set.
    private volatile @Nullable Opened opened;
    private boolean closed;
    private int users;
    // Changed under the lock; read without it by factories that have nothing to do with this broker.
    private final Map<FactoryToken, Duration> lingers = new ConcurrentHashMap<>();
    private final Set<String> clientIds = new HashSet<>();
    private Runnable stopLinger = () -> {};
    private long lingerRound;
    private @Nullable NamespaceBeans beans;

    private record Opened(
            OpenedNamespace namespace,
            LocalTransactions transactions,
            GlobalTransactions globalTransactions,
            VolatileSubscriptions volatileSubscriptions,
            DurableSubscriptions durableSubscriptions) {}

    SharedBroker(BrokerAddress address, Consumer<SharedBroker> whenClosed) {
        this.address = address;
        this.whenClosed = whenClosed;
        this.timer = address.timer();
    }

    String key() {
        return address.key();
    }

    /**
     * One more user; opens the broker for the first.
     *
     * @return false if it has been closed for good: ask the registry for another
     */
    boolean enter(BrokerAddress wanted, FactoryToken owner, Duration linger) throws JMSException {
        try {
            // Where there is nothing to wait for, it does not matter who has been interrupted.
            if (!lock.tryLock()) {
                lock.lockInterruptibly();
            }
        } catch (InterruptedException e) {
            throw JmsExceptions.notBegun("waiting for " + key() + " to open or close", e);
        }
        try {
            if (closed) {
                return false;
            }
            if (opened == null) {
                open();
            }
            wanted.requireCompatible(address, namespace());
            if (wanted.wantsBeans() && beans == null) {
                registerBeans();
            }
            stopLinger.run();
            lingerRound++;
            users++;
            lingers.put(owner, linger);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void registerBeans() {
        try {
            beans = NamespaceBeans.register(namespace(), key(), ManagementFactory.getPlatformMBeanServer());
        } catch (JMException | RuntimeException e) {
            // The bus works without.
            LOG.warn("{} has no MXBeans", address.shortName(), e);
        }
    }

    private void open() throws JMSException {
        boolean done = false;
        try {
            timer.start();
            OpenedNamespace namespace = ApartFromInterrupts.call("peeklock-open-" + address.shortName(), address::open);
            TransactionSettings settings =
                    TransactionSettings.of(namespace.config().profile());
            opened = new Opened(
                    namespace,
                    new LocalTransactions(namespace, settings, timer),
                    new GlobalTransactions(namespace, settings, timer, this::branchesEnded),
                    new VolatileSubscriptions(namespace),
                    new DurableSubscriptions(namespace));
            done = true;
        } finally {
            if (!done) {
                closed = true;
                timer.close();
                whenClosed.accept(this);
            }
        }
    }

    /** One user less. */
    void leave() {
        lock.lock();
        try {
            users--;
            userLeft.signalAll();
            closeOrLinger();
        } finally {
            lock.unlock();
        }
    }

    /** A factory was closed and keeps the broker open no more. */
    void leave(FactoryToken owner) {
        if (!lingers.containsKey(owner)) {
            // Not its broker: it must not wait until this one is opened or closed.
            return;
        }
        lock.lock();
        try {
            if (lingers.remove(owner) != null) {
                closeOrLinger();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #leave(FactoryToken)}; with the last factory that is open the broker is closed, also if it has branches that nobody has
     * ended.
     *
     * @param patience how long this waits for users that are about to leave
     */
    void leaveNow(FactoryToken owner, Duration patience) {
        if (!lingers.containsKey(owner)) {
            return;
        }
        lock.lock();
        try {
            if (lingers.remove(owner) == null) {
                return;
            }
            awaitUsers(patience);
            if (!closed && lingers.isEmpty()) {
                if (users > 0) {
                    LOG.warn(
                            "{} is closed with {} connections that others have not closed", address.shortName(), users);
                }
                stopLinger.run();
                close();
            } else {
                closeOrLinger();
            }
        } finally {
            lock.unlock();
        }
    }

    /** As long as nobody else keeps it open. */
    private void awaitUsers(Duration patience) {
        try {
            long left = patience.toNanos();
            while (users > 0 && !closed && lingers.isEmpty() && left > 0) {
                left = userLeft.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes it for good, whoever uses it; what is open of it fails from now on. Idempotent. */
    void end() {
        lock.lock();
        try {
            if (!closed) {
                stopLinger.run();
                close();
            }
        } finally {
            lock.unlock();
        }
    }

    Namespace namespace() {
        return requireOpened().namespace;
    }

    LocalTransactions transactions() {
        return requireOpened().transactions;
    }

    GlobalTransactions globalTransactions() {
        return requireOpened().globalTransactions;
    }

    VolatileSubscriptions volatileSubscriptions() {
        return requireOpened().volatileSubscriptions;
    }

    DurableSubscriptions durableSubscriptions() {
        return requireOpened().durableSubscriptions;
    }

    SentClasses sentClasses() {
        return sentClasses;
    }

    BrokerTimer timer() {
        return timer;
    }

    BusClock clock() {
        return address.clock();
    }

    /** Takes a client id for one connection (Jakarta Messaging 6.1.2). */
    void takeClientId(String clientId) throws JMSException {
        lock.lock();
        try {
            if (!clientIds.add(clientId)) {
                throw new InvalidClientIDException("client id '" + clientId + "' is in use by another connection");
            }
        } finally {
            lock.unlock();
        }
    }

    void giveBackClientId(String clientId) {
        lock.lock();
        try {
            clientIds.remove(clientId);
        } finally {
            lock.unlock();
        }
    }

    /** What its users had left for a transaction manager to end is ended. */
    private void branchesEnded() {
        // Apart from whoever has ended it: the close of the broker may take long.
        timer.schedule(Duration.ZERO, () -> {
            lock.lock();
            try {
                closeOrLinger();
            } finally {
                lock.unlock();
            }
        });
    }

    private void closeOrLinger() {
        if (users > 0 || closed || !globalTransactions().isIdle()) {
            return;
        }
        stopLinger.run();
        long round = ++lingerRound;
        Duration linger = lingers.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
        if (linger.equals(UNTIL_FACTORY_CLOSED)) {
            return;
        }
        if (linger.isZero() || isPartlyOut()) {
            close();
        } else {
            stopLinger = timer.schedule(linger, () -> lingerIsOver(round));
        }
    }

    /** Then it is of no use to linger: pools close their connections and make new ones, which open it anew. */
    private boolean isPartlyOut() {
        // Definitions that are damaged stay so: that is no reason.
        return namespace().health().stream()
                .anyMatch(health -> health.partition() >= 0 && health.state() == State.FAILED);
    }

    private void lingerIsOver(long round) {
        lock.lock();
        try {
            if (round == lingerRound
                    && users == 0
                    && !closed
                    && globalTransactions().isIdle()) {
                close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void close() {
        closed = true;
        timer.close();
        try {
            NamespaceBeans registered = beans;
            if (registered != null) {
                registered.close();
            }
        } finally {
            closeNamespace();
        }
    }

    private void closeNamespace() {
        try {
            OpenedNamespace namespace = requireOpened().namespace;
            ApartFromInterrupts.call("peeklock-close-" + address.shortName(), () -> {
                namespace.close();
                return true;
            });
        } catch (JMSException | RuntimeException e) {
            LOG.warn("closing {} failed", address.shortName(), e);
        } finally {
            whenClosed.accept(this);
        }
    }

    private Opened requireOpened() {
        Opened now = opened;
        if (now == null) {
            throw new IllegalStateException(address.shortName() + " is not open");
        }
        return now;
    }
}

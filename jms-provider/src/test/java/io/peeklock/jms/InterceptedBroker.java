/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.Receiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.JMSException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A started connection to a broker in memory, between which and its users a test comes: it keeps back what the bus
 * answers to a call, or lets the call fail; it counts what is asked of receivers, and what is given back.
 *
 * <p>For one thread; calls may come from any.
 */
final class InterceptedBroker implements AutoCloseable {

    final PeeklockConnection connection;
    final Namespace namespace;
    final BrokerRegistry registry = new BrokerRegistry();

    private final ConnectionFactorySettings settings;
    private final BrokerRegistry.FactoryToken factory = new BrokerRegistry.FactoryToken();
    private final Map<String, CompletableFuture<Void>> held = new ConcurrentHashMap<>();
    /** Of calls of which one answer alone is held: whether it is still to come. */
    private final Map<String, Boolean> alone = new ConcurrentHashMap<>();

    private final Map<String, RuntimeException> failing = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong releases = new AtomicLong();
    private final AtomicReference<@Nullable Consumer<CompletableFuture<?>>> beforeCancel = new AtomicReference<>();
    private final @Nullable BrokerTimer timer;

    InterceptedBroker(String options) throws JMSException {
        this(options, null);
    }

    /** @param timer that of its users, null for a real one */
    InterceptedBroker(String options, @Nullable BrokerTimer timer) throws JMSException {
        this.timer = timer;
        settings = ConnectionFactorySettings.parse("peeklock:mem:" + UUID.randomUUID() + "?linger=0" + options);
        connection = connect();
        namespace = connection.bus();
    }

    /** A further connection, started. */
    PeeklockConnection connect() throws JMSException {
        PeeklockConnection made = connectStopped();
        made.start();
        return made;
    }

    /** A further connection, with which nothing was done yet. */
    PeeklockConnection connectStopped() throws JMSException {
        BrokerLease lease = registry.lease(new Address(), factory, settings.linger());
        return new PeeklockConnection(lease, SessionKind.ANY, SessionSettings.of(settings), null, null);
    }

    /** From now on the answers to this call of the namespace are kept back; what was asked for is done. */
    void hold(String call) {
        held.put(call, new CompletableFuture<>());
    }

    /** The answer to the next of these calls alone is kept back. */
    void holdNext(String call) {
        alone.put(call, true);
        hold(call);
    }

    /** Gives the answers that were kept back, and those that come. */
    void release(String call) {
        alone.remove(call);
        CompletableFuture<Void> answers = held.remove(call);
        if (answers != null) {
            answers.complete(null);
        }
    }

    /** From now on this call of the namespace fails; with what the bus never throws, on the caller's thread. */
    void failing(String call, RuntimeException failure) {
        failing.put(call, failure);
    }

    void mend(String call) {
        failing.remove(call);
    }

    /** How often receivers were asked for messages, or requests taken back, until now. */
    long requests() {
        return requests.get();
    }

    /** How many messages were given back uncounted, until now. */
    long releases() {
        return releases.get();
    }

    /** Is run, once, with the next request that the caller's thread takes back, just before. */
    void beforeNextCancel(Consumer<CompletableFuture<?>> what) {
        Thread own = Thread.currentThread();
        beforeCancel.set(request -> {
            if (Thread.currentThread() == own) {
                beforeCancel.set(null);
                what.accept(request);
            }
        });
    }

    private Object counting(Receiver real) {
        return Proxy.newProxyInstance(
                Receiver.class.getClassLoader(), new Class<?>[] {Receiver.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("receive") || "cancel".equals(method.getName())) {
                        requests.incrementAndGet();
                    }
                    if ("cancel".equals(method.getName())) {
                        Consumer<CompletableFuture<?>> first = beforeCancel.get();
                        if (first != null) {
                            first.accept((CompletableFuture<?>) arguments[0]);
                        }
                    }
                    return invoke(real, method, arguments);
                });
    }

    private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Object call(Namespace real, Method method, Object[] arguments) throws Throwable {
        RuntimeException failure = failing.get(method.getName());
        if (failure instanceof BrokerException && method.getReturnType() == CompletableFuture.class) {
            return CompletableFuture.failedFuture(failure);
        }
        if (failure != null) {
            throw failure;
        }
        if ("settle".equals(method.getName()) && Settlement.RELEASE.equals(arguments[1])) {
            releases.incrementAndGet();
        }
        Object answer = invoke(real, method, arguments);
        if (answer instanceof Receiver receiver) {
            return counting(receiver);
        }
        CompletableFuture<Void> until = until(method.getName());
        return until != null && answer instanceof CompletableFuture<?> later
                ? until.thenCompose(nothing -> later)
                : answer;
    }

    private @Nullable CompletableFuture<Void> until(String call) {
        return alone.containsKey(call) && !alone.replace(call, true, false) ? null : held.get(call);
    }

    @Override
    public void close() throws JMSException {
        failing.clear();
        held.keySet().forEach(this::release);
        connection.close();
    }

    private final class Address implements BrokerAddress {
        private final StoreAddress real = new StoreAddress(settings);

        @Override
        public String key() {
            return real.key();
        }

        @Override
        public String shortName() {
            return real.shortName();
        }

        @Override
        public BrokerTimer timer() {
            return timer == null ? BrokerAddress.super.timer() : timer;
        }

        @Override
        public OpenedNamespace open() throws JMSException {
            OpenedNamespace opened = real.open();
            return (OpenedNamespace) Proxy.newProxyInstance(
                    OpenedNamespace.class.getClassLoader(),
                    new Class<?>[] {OpenedNamespace.class},
                    (proxy, method, arguments) -> call(opened, method, arguments));
        }

        @Override
        public void requireCompatible(BrokerAddress opened, Namespace namespace) {}
    }
}

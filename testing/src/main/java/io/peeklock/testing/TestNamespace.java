/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.testing;

import io.peeklock.administration.EntityFile;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.runtime.SteppedRuntime;
import io.peeklock.jms.MemoryBroker;
import io.peeklock.jms.PeeklockConnectionFactory;
import io.peeklock.jms.PeeklockXAConnectionFactory;
import io.peeklock.jms.config.ConnectionFactorySettings;
import jakarta.jms.JMSException;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A namespace in memory that a test has for itself: opened empty, gone when it is closed.
 *
 * <p>Its factories connect to it, and so does every factory of the same class loader with its {@link #url()}. With {@link
 * Builder#manualClock()} its time is the test's.
 *
 * <p>Thread safe.
 */
public final class TestNamespace implements AutoCloseable {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final ConnectionFactorySettings settings;
    private final MemoryBroker broker;
    private final @Nullable TestClock clock;
    private final PeeklockConnectionFactory factory;
    private final PeeklockXAConnectionFactory xaFactory;

    private TestNamespace(ConnectionFactorySettings settings, @Nullable SteppedRuntime runtime) throws JMSException {
        this.settings = settings;
        this.broker = MemoryBroker.open(settings, runtime);
        this.clock = runtime == null ? null : new TestClock(runtime);
        this.factory = new PeeklockConnectionFactory(settings);
        this.xaFactory = new PeeklockXAConnectionFactory(settings);
    }

    /** One with a name of its own and the defaults of every option, by the machine's clock. */
    public static TestNamespace open() {
        return builder().open();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** {@code peeklock:mem:}, its name and its options: what an application under test is configured with. */
    public String url() {
        return settings.toUrl();
    }

    /** Makes connections to it; closed with it. */
    public PeeklockConnectionFactory connectionFactory() {
        return factory;
    }

    /** Makes connections for global transactions to it; closed with it. */
    public PeeklockXAConnectionFactory xaConnectionFactory() {
        return xaFactory;
    }

    /** Administration, and everything that the bus does without Jakarta Messaging. */
    public Namespace namespace() {
        return broker.namespace();
    }

    /**
     * Its time.
     *
     * @throws IllegalStateException if it goes by the machine's clock
     */
    public TestClock clock() {
        TestClock own = clock;
        if (own == null) {
            throw new IllegalStateException(
                    "this namespace goes by the machine's clock: ask for a manual clock where it is opened");
        }
        return own;
    }

    /** Lets time pass, see {@link TestClock#advance}. */
    public void advance(Duration by) {
        clock().advance(by);
    }

    /** Its entities and policies as they are now, to go back to when a test has used it. */
    public EntityBaseline baseline() {
        return EntityBaseline.of(namespace());
    }

    /**
     * Removes every message: active, deferred, scheduled and dead-lettered. Entities stay.
     *
     * @return how many messages somebody has locked, and that stay so
     */
    public long purge() {
        return Contents.purge(namespace());
    }

    /**
     * What is in it, for people: every queue and subscription that has messages, its counts, and the first of its messages and
     * of its dead letters. For messages of failed tests; not meant to be parsed.
     */
    public String describe() {
        return Contents.describe(settings.toUrl(), namespace());
    }

    /**
     * Closes it with all that is in it. Connections that are still open fail from now on, and its factories make none.
     * Idempotent.
     */
    @Override
    public void close() {
        factory.close();
        xaFactory.close();
        broker.close();
    }

    @Override
    public String toString() {
        return url();
    }

    /**
     * Collects what a namespace is to be.
     *
     * <p>Not thread safe.
     */
    public static final class Builder {
        private String name = "test";
        private String options = "";
        private @Nullable ConnectionFactorySettings settings;
        private boolean manualClock;
        private final List<Entities> entities = new ArrayList<>();

        private Builder() {}

        /** The begin of its name, to be recognised by in logs; a number makes it unique. */
        public Builder name(String begin) {
            name = begin;
            return this;
        }

        /**
         * Options as in a URL, with {@code &} between: {@code partitions=4&defaultMaxDeliveryCount=3}. {@code
         * docs/configuration.md} has them all.
         */
        public Builder options(String text) {
            options = text;
            return this;
        }

        /** Its settings, with its name, in place of {@link #name} and {@link #options}; of a broker in memory. */
        public Builder settings(ConnectionFactorySettings all) {
            settings = all;
            return this;
        }

        /** Its clock stands until {@link TestNamespace#advance} moves it. */
        public Builder manualClock() {
            manualClock = true;
            return this;
        }

        /**
         * Queues, topics, subscriptions and rules as a {@code Config.json} of the Service Bus emulator declares them.
         *
         * @param json the document, not its name
         */
        public Builder entities(String json) {
            EntityFile file = EntityFile.parse(json);
            entities.add((namespace, defaults) ->
                    file.applyTo(namespace, EntityFile.Others.KEEP).thenAccept(applied -> {}));
            return this;
        }

        /** What {@link WithQueue} and {@link WithSubscription} on it declare. */
        public Builder entities(AnnotatedElement declaring) {
            entities.add(DeclaredEntities.of(declaring)::create);
            return this;
        }

        /**
         * Opens it.
         *
         * @throws IllegalArgumentException saying which option is wrong, and what is allowed
         * @throws IllegalStateException if an entity cannot be made, saying why, or if the name of its settings is taken
         */
        public TestNamespace open() {
            ConnectionFactorySettings of = settings == null ? ConnectionFactorySettings.parse(url()) : settings;
            TestNamespace opened;
            try {
                opened = new TestNamespace(of, manualClock ? new SteppedRuntime("test") : null);
            } catch (JMSException e) {
                throw new IllegalStateException(of.toUrl() + " cannot be opened: " + e.getMessage(), e);
            }
            boolean done = false;
            try {
                for (Entities some : entities) {
                    some.create(opened.namespace(), of).join();
                }
                done = true;
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new IllegalStateException("an entity of the test cannot be made: " + cause.getMessage(), cause);
            } finally {
                if (!done) {
                    opened.close();
                }
            }
            return opened;
        }

        private String url() {
            String begin = "peeklock:mem:" + name + "-" + NUMBERS.incrementAndGet();
            return options.isEmpty() ? begin : begin + "?" + options;
        }
    }

    /** Some entities that a namespace is opened with. */
    @FunctionalInterface
    interface Entities {
        CompletableFuture<Void> create(Namespace namespace, ConnectionFactorySettings defaults);
    }
}

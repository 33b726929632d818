/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.test;

import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.spring.boot.PeeklockBus;
import io.peeklock.spring.boot.PeeklockConnectionDetails;
import io.peeklock.testing.TestClock;
import io.peeklock.testing.TestNamespace;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.util.StringUtils;

/**
 * Gives an application context its {@link TestNamespace}, opened before the starter connects to it and closed after that.
 *
 * <p>Immutable; a part of the key by which Spring finds a context in its cache.
 *
 * @param filter what is left out of a slice; null for the whole application
 */
record TestNamespaceCustomizer(
        boolean manualClock, String options, @Nullable ListenersOnly filter) implements ContextCustomizer {

    private static final String NAMESPACE = "peeklockTestNamespace";

    /** What the application does not say itself. Listeners that look often whether they are to stop let classes begin at once. */
    private static final Map<String, Object> DEFAULTS = Map.of("spring.jms.listener.receive-timeout", "10ms");

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        ConfigurableListableBeanFactory beans = context.getBeanFactory();
        context.getEnvironment().getPropertySources().addLast(new MapPropertySource("peeklockTestDefaults", DEFAULTS));
        NamespaceReset reset = new NamespaceReset(context);
        beans.registerSingleton("peeklockNamespaceReset", reset);
        context.addApplicationListener(reset);
        if (filter != null) {
            beans.registerSingleton("peeklockListenersOnly", filter);
        }
        register(
                beans,
                "peeklockTestConnectionDetails",
                PeeklockConnectionDetails.class,
                () -> new TestConnectionDetails(options, context.getEnvironment()));
        register(beans, NAMESPACE, TestNamespace.class, () -> open(beans));
        if (manualClock) {
            register(
                    beans,
                    "peeklockTestClock",
                    TestClock.class,
                    () -> beans.getBean(TestNamespace.class).clock());
        }
        context.addBeanFactoryPostProcessor(TestNamespaceCustomizer::openBeforeTheBus);
    }

    /** Lazily: an application without our starter has no use for them. Before beans of the application's own of their types. */
    private static <T> void register(
            ConfigurableListableBeanFactory beans, String name, Class<T> type, Supplier<T> making) {
        ((BeanDefinitionRegistry) beans)
                .registerBeanDefinition(
                        name,
                        BeanDefinitionBuilder.rootBeanDefinition(type, making)
                                .setPrimary(true)
                                .setLazyInit(true)
                                .getBeanDefinition());
    }

    private TestNamespace open(ConfigurableListableBeanFactory beans) {
        TestNamespace.Builder builder =
                TestNamespace.builder().settings(beans.getBean(ConnectionFactorySettings.class));
        return (manualClock ? builder.manualClock() : builder).open();
    }

    private static void openBeforeTheBus(ConfigurableListableBeanFactory beans) {
        for (String bus : beans.getBeanNamesForType(PeeklockBus.class, true, false)) {
            var definition = beans.getBeanDefinition(bus);
            definition.setDependsOn(StringUtils.addStringToArray(definition.getDependsOn(), NAMESPACE));
        }
    }
}

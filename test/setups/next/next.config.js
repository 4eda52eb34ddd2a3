// The page and the API share one origin: Next passes /api/v3 on.
export default {
  rewrites: async () => [{ source: '/api/v3/:path*', destination: `${process.env.TRAQ_ORIGIN}/api/v3/:path*` }],
};
